"""Furigana over the kanji of a page, for whoever asked for it in the header."""

import re
from functools import lru_cache
from html import escape

from cms.domain.reading_rules import KANJI, Word
from cms.domain.readings import Corrections, Pairs, split_text, to_hiragana
from cms.domain.rewriting import Rewriter

KANA = re.compile("[ぁ-ゖァ-ヺー・]+")
KANA_OR_NOT = re.compile(f"{KANA.pattern}|[^ぁ-ゖァ-ヺー・]+")
# `translate="no"` marks names of people, which no dictionary knows how to read. What is only heard
# needs none.
LEFT_ALONE = frozenset(
    (
        *("code", "kbd", "math", "option", "pre", "ruby", "samp", "script", "select"),
        *("style", "svg", "template", "textarea"),
    )
)


def add_furigana(*, html: str, corrections: Corrections, language: str) -> str:
    """The page with <ruby> in the Japanese text of its <main>; all else stays as it is."""
    start, end = html.find("<main"), html.rfind("</main>")
    if start < 0 or end < 0:
        return html
    page = _Page(corrections, is_japanese=language.startswith("ja"))
    page.feed(html[start:end])
    page.close()
    return html[:start] + "".join(page.written) + html[end:]


class _Page(Rewriter[tuple[bool, bool]]):
    """The state of an element: whether its text is Japanese, whether it is left alone."""

    def __init__(self, corrections: Corrections, *, is_japanese: bool) -> None:
        super().__init__((is_japanese, False))
        self._corrections = corrections

    def enter(self, tag: str, attrs: dict[str, str | None]) -> tuple[bool, bool]:
        is_japanese, is_left_alone = self.state
        if language := attrs.get("lang"):
            is_japanese = language.startswith("ja")
        is_left_alone |= (
            tag in LEFT_ALONE
            or attrs.get("translate") == "no"
            or "visually-hidden" in (attrs.get("class") or "").split()
        )
        return is_japanese, is_left_alone

    def handle_data(self, data: str) -> None:
        is_japanese, is_left_alone = self.state
        if is_japanese and not is_left_alone and KANJI.search(data):
            # In one piece, as it was: of a flexible box each part would become a column.
            data = f"<span>{annotate(data, self._corrections)}</span>"
        self.written.append(data)


# A page has some 200 pieces of text, most of them for everybody.
@lru_cache(maxsize=4096)
def annotate(text: str, corrections: Corrections) -> str:
    return write_furigana(text, corrections)


def write_furigana(text: str, corrections: Corrections) -> str:
    """`text` is HTML already, without tags."""
    written = []
    for word in split_text(text, corrections):
        written += [_write_ruby(*part) for part in _divide(word)]
    return "".join(written)


def _divide(word: Word) -> Pairs:
    """A rule may have changed the reading of the whole."""
    if "".join(reading for _written, reading in word.parts) == word.reading:
        return word.parts or ((word.written, word.reading),)
    return ((word.written, word.reading),)


def _write_ruby(word: str, reading: str) -> str:
    """食べ直す is たべなおす: the kana that both share stay outside, so 食《た》べ直《なお》す."""
    if not reading:
        return word
    parts = KANA_OR_NOT.findall(word)
    pattern = "".join(
        re.escape(to_hiragana(part)) if KANA.match(part) else "(.+?)" for part in parts
    )
    match = re.fullmatch(pattern, reading)
    if match is None:
        return _ruby(word, reading)
    readings = iter(match.groups())
    return "".join(part if KANA.match(part) else _ruby(part, next(readings)) for part in parts)


def _ruby(text: str, reading: str) -> str:
    # Read aloud, each word would be heard twice.
    return f'<ruby>{text}<rp>（</rp><rt aria-hidden="true">{escape(reading)}</rt><rp>）</rp></ruby>'
