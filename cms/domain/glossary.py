"""The glossary in the order of its readings, and words of a lesson that lead to it."""

import re
import unicodedata
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape

from cms.models import GlossaryTerm

ROWS = {
    "あ": "あいうえおゔ",
    "か": "かきくけこ",
    "さ": "さしすせそ",
    "た": "たちつてと",
    "な": "なにぬねの",
    "は": "はひふへほ",
    "ま": "まみむめも",
    "や": "やゆよ",
    "ら": "らりるれろ",
    "わ": "わゐゑをん",
}
SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
# Where a link would be in the way or out of sight, or would be a link in a link.
LEFT_ALONE = frozenset(
    (
        *("a", "h1", "h2", "h3", "h4", "h5", "h6", "details", "figcaption", "th", "caption", "svg"),
        # A tap on it ticks a box.
        "label",
    )
)
TAG = re.compile(r"(<[^>]*>)")
# Read in one piece: what is between "&" and ";" is no word.
ENTITY = r"&#?\w+;"
# A word ends where the script changes: 「修了」 is not meant in 「修了証」.
SCRIPTS = ("一-鿿々〆", "ァ-ヶー", "A-Za-z0-9")


@dataclass(frozen=True)
class Row:
    """The terms whose readings begin with a row of the kana table."""

    name: str
    terms: tuple[GlossaryTerm, ...]


def find_row(reading: str) -> str:
    # 「が」 is 「か」 with a mark.
    first = unicodedata.normalize("NFD", reading.translate(SMALL))[0]
    return next((name for name, kana in ROWS.items() if first in kana), "わ")


def list_rows() -> list[Row]:
    terms = list(GlossaryTerm.objects.all())
    rows = ((name, [term for term in terms if find_row(term.reading) == name]) for name in ROWS)
    return [Row(name, tuple(found)) for name, found in rows if found]


def _bound(word: str) -> str:
    """A pattern for an escaped word where it stands by itself."""
    pattern = re.escape(word)
    for script in SCRIPTS:
        if re.match(f"[{script}]", word):
            pattern = f"(?<![{script}]){pattern}"
        if re.search(f"[{script}]$", word):
            pattern = f"{pattern}(?![{script}])"
    return pattern


def find_names(text: str) -> set[str]:
    """The names of terms that stand in a text by themselves. One statement."""
    names = {name for term in GlossaryTerm.objects.all() for name in term.names}
    return {name for name in names if re.search(_bound(name), text)}


def link_terms(html: str) -> str:
    """The first time each term is met in running text, it leads to the glossary. One statement."""
    slugs: dict[str, str] = {
        escape(name): term.slug for term in GlossaryTerm.objects.all() for name in term.names
    }
    if not slugs:
        return html
    longest_first = sorted(slugs, key=len, reverse=True)
    pattern = re.compile("|".join([*(_bound(name) for name in longest_first), ENTITY]))
    address = reverse("glossary")
    met: set[str] = set()

    def link(match: re.Match[str]) -> str:
        slug = slugs.get(match.group())
        if slug is None or slug in met:
            return match.group()
        met.add(slug)
        return f'<a class="term" href="{address}#{slug}">{match.group()}</a>'

    parts, depth = [], 0
    for part in TAG.split(html):
        if part.startswith("<"):
            name = part.strip("</>").split()[0].lower() if part.strip("</>").split() else ""
            if name in LEFT_ALONE:
                depth += -1 if part.startswith("</") else 1
            parts.append(part)
        else:
            parts.append(part if depth else pattern.sub(link, part))
    return "".join(parts)
