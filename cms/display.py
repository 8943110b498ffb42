"""How a visitor wants the pages to look: said by a cookie of theirs, written on <html> here.

It holds nothing else, and only what differs from the usual: "theme-dark.text_size-large".
"""

from dataclasses import dataclass, fields, replace
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

COOKIE = "display"
COOKIE_AGE = 365 * 24 * 3600
# The id of the form in training/attempt.html.
ANSWERS_FORM = "answers"
CHOICES = {
    "text_size": ("large", "larger"),
    "theme": ("light", "dark"),
    "furigana": ("on",),
}


@dataclass(frozen=True)
class Display:
    """Empty is the usual: text of the standard size, the theme of the device."""

    text_size: str = ""
    theme: str = ""
    furigana: str = ""

    @property
    def attributes(self) -> SafeString:
        return _write_attributes(self)

    @property
    def switches(self) -> SafeString:
        """The fields of the form in the header, in the language of the page."""
        return _render_switches(self, get_language() or "", has_answers=False)

    @property
    def switches_with_answers(self) -> SafeString:
        """The same as fields of a quiz's form: its answers are sent with them."""
        return _render_switches(self, get_language() or "", has_answers=True)

    def choose(self, wanted: dict[str, str]) -> "Display":
        """What is none of the choices becomes the usual; what is not named stays."""
        known = {
            name: value if value in CHOICES[name] else ""
            for name, value in wanted.items()
            if name in CHOICES
        }
        return replace(self, **known)

    def to_cookie(self) -> str:
        return ".".join(f"{name}-{value}" for name, value in _chosen(self))


@lru_cache(maxsize=128)
def read_display(cookie: str) -> Display:
    """What it does not know it leaves out: a cookie may be older or newer than the site."""
    return Display().choose(dict(part.split("-", 1) for part in cookie.split(".") if "-" in part))


def _chosen(display: Display) -> list[tuple[str, str]]:
    return [
        (each.name, value) for each in fields(display) if (value := getattr(display, each.name))
    ]


# Each is one of a few dozen, and the header of every page asks for it.
@lru_cache(maxsize=128)
def _write_attributes(display: Display) -> SafeString:
    named = [(name.replace("_", "-"), value) for name, value in _chosen(display)]
    return format_html_join("", ' data-{}="{}"', named)


@lru_cache(maxsize=128)
def _render_switches(display: Display, language: str, *, has_answers: bool) -> SafeString:
    context = {"display": display, "form": ANSWERS_FORM if has_answers else ""}
    return render_to_string("components/display_fields.html", context)
