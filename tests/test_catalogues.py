"""Every text of the interface has its Japanese."""

import ast
import re
from pathlib import Path

import pytest

from tests.services import ROOT

CATALOGUES = ["training/locale", "certificates/locale", "locale"]
FILES = [f"{folder}/ja/LC_MESSAGES/django.po" for folder in [*CATALOGUES, "locale/wagtail"]]


def untranslated(path: Path) -> list[str]:
    entries = path.read_text("utf-8").split("\n\n")[1:]
    return [
        entry
        for entry in entries
        if "msgid" in entry and ("fuzzy" in entry or re.search(r'msgstr(\[0\])? ""\s*$', entry))
    ]


@pytest.mark.parametrize("file", [*FILES, "locale/wagtail/ja/LC_MESSAGES/djangojs.po"])
def test_catalogue_is_complete(file):
    assert untranslated(ROOT / file) == []


@pytest.mark.parametrize("folder", CATALOGUES)
def test_every_template_text_is_in_a_catalogue(folder):
    """`scripts/messages` was run after the last change of a template."""
    roots = {"locale": ["templates", "cms"]}.get(folder, [folder.split("/")[0]])
    catalogues = "".join(
        (ROOT / each / "ja/LC_MESSAGES/django.po").read_text("utf-8").replace('"\n"', "")
        for each in [*CATALOGUES, "locale/wagtail"]
    )
    texts = {
        text
        for root in roots
        for path in (ROOT / root).rglob("*.html")
        for text in re.findall(r'{% translate "([^"]+)"', path.read_text("utf-8"))
    }
    asked = {text.replace("%", "%%") for text in texts}
    assert sorted(text for text in asked if f'msgid "{text}"' not in catalogues) == []


@pytest.mark.parametrize("app", ["cms", "training", "certificates"])
def test_no_text_hides_within_an_f_string(app):
    """xgettext does not look there: the text would never come into a catalogue."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / app).rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("_", "gettext", "gettext_lazy", "ngettext")
    ]
    assert hidden == []
