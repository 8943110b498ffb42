"""Furigana over the kanji of a page, for whoever asked for it in the header.

A dictionary of some 100 MB guesses the readings; editors correct it (cms.models.Reading). Nothing
of this is loaded before the first reader asks.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html.parser import HTMLParser
from threading import Lock
from typing import Any

from cms.models import GlossaryTerm, Reading

logger = logging.getLogger(__name__)

KANJI = re.compile("[々〆㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
KANA = re.compile("[ぁ-ゖァ-ヺー・]+")
KANA_OR_NOT = re.compile(f"{KANA.pattern}|[^ぁ-ゖァ-ヺー・]+")
NUMBER_OR_NOT = re.compile("[0-9０-９]+|[^0-9０-９]+")
NUMBER_BEFORE = re.compile("[0-9０-９]+$")
# ふつか to とおか, じゅうよっか, はつか, にじゅうよっか; every other day is にち.
DAYS_IN_KA = frozenset((*range(2, 11), 14, 20, 24))
KATAKANA = re.compile("[ァ-ヶ]")
HIRAGANA_BELOW_KATAKANA = ord("ァ") - ord("ぁ")
# The dictionary takes 49 KB at a time; a sentence is enough to guess from.
SENTENCE = re.compile("[^。\n]{1,2000}。?|[。\n]+")
# `translate="no"` marks names of people, which no dictionary knows how to read.
LEFT_ALONE = frozenset(
    (
        *("button", "code", "kbd", "math", "option", "pre", "ruby", "samp", "script", "select"),
        *("style", "svg", "template", "textarea"),
    )
)
VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr"),
    )
)


@dataclass(frozen=True, eq=False)
class Corrections:
    """One for each state of the list, so that texts are remembered by which one it is."""

    readings: dict[str, str]
    pattern: re.Pattern[str] | None


def read_corrections() -> Corrections:
    """The editors' readings; then those of the glossary's terms."""
    terms = dict(GlossaryTerm.objects.values_list("term", "reading"))
    known = terms | dict(Reading.objects.values_list("written", "reading"))
    return prepare_corrections(tuple(sorted(known.items())))


@lru_cache(maxsize=2)
def prepare_corrections(pairs: tuple[tuple[str, str], ...]) -> Corrections:
    """Of words as written and as read. The longest is looked for first."""
    words = sorted((written for written, _reading in pairs if KANJI.search(written)), key=len)
    if not words:
        return Corrections({}, None)
    # 「1人」 is not meant in 「21人」.
    pattern = re.compile(f"(?<![0-9０-９])(?:{'|'.join(map(re.escape, reversed(words)))})")
    return Corrections(dict(pairs), pattern)


def add_furigana(*, html: str, corrections: Corrections, language: str) -> str:
    """The page with <ruby> in the Japanese text of its <main>; all else stays as it is."""
    start, end = html.find("<main"), html.rfind("</main>")
    if start < 0 or end < 0:
        return html
    page = _Page(corrections, is_japanese=language.startswith("ja"))
    page.feed(html[start:end])
    page.close()
    return html[:start] + "".join(page.written) + html[end:]


class _Page(HTMLParser):
    """Writes down what it reads, with furigana in the text."""

    def __init__(self, corrections: Corrections, *, is_japanese: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._corrections = corrections
        # Of each open element: its name, whether its text is Japanese, whether it is left alone.
        self._open: list[tuple[str, bool, bool]] = [("", is_japanese, False)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.written.append(self.get_starttag_text() or "")
        if tag in VOID:
            return
        _tag, is_japanese, is_left_alone = self._open[-1]
        given = dict(attrs)
        if language := given.get("lang"):
            is_japanese = language.startswith("ja")
        is_left_alone |= tag in LEFT_ALONE or given.get("translate") == "no"
        self._open.append((tag, is_japanese, is_left_alone))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.written.append(f"</{tag}>")
        places = [place for place, each in enumerate(self._open) if each[0] == tag]
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        _tag, is_japanese, is_left_alone = self._open[-1]
        if is_japanese and not is_left_alone and KANJI.search(data):
            # In one piece, as it was: of a flexible box each part would become a column.
            data = f"<span>{_annotate(data, self._corrections)}</span>"
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")


# A page has some 200 pieces of text, most of them for everybody.
@lru_cache(maxsize=4096)
def _annotate(text: str, corrections: Corrections) -> str:
    """`text` is HTML already, without tags; readings hold nothing that would need escaping."""
    written = []
    for piece, reading in _split(text, corrections):
        written.append(_write_ruby(piece, reading) if reading else piece)
    return "".join(written)


def _split(text: str, corrections: Corrections) -> Iterator[tuple[str, str]]:
    """Words with their readings in hiragana; what needs none has an empty one."""
    place = 0
    for match in corrections.pattern.finditer(text) if corrections.pattern else ():
        yield from _guess(text[place : match.start()])
        yield match[0], corrections.readings[match[0]]
        place = match.end()
    yield from _guess(text[place:])


def _guess(text: str) -> Iterator[tuple[str, str]]:
    tokenizer = _open_dictionary()
    if tokenizer is None or not KANJI.search(text):
        yield text, ""
        return
    for sentence in SENTENCE.findall(text):
        with _one_at_a_time:
            words = [
                (each.surface(), each.reading_form(), sentence[: each.begin()])
                for each in tokenizer.tokenize(sentence)
            ]
        for word, reading, before in words:
            if not KANJI.search(word):
                yield word, ""
            elif len(NUMBER_OR_NOT.findall(word)) > 1:
                # 21億: the dictionary would read each figure by itself.
                for part in NUMBER_OR_NOT.findall(word):
                    yield from _guess(part)
            else:
                yield word, _read_after_number(word, _to_hiragana(reading), before)


def _read_after_number(word: str, reading: str, before: str) -> str:
    """The dictionary does not look at the number before 日 and 分. Nor does it know each kanji."""
    if KANJI.search(reading):
        return ""
    number = NUMBER_BEFORE.search(before)
    if number and word == "日":
        return "か" if int(number[0]) in DAYS_IN_KA else "にち"
    if number and word == "分" and reading == "ふん":
        return "ふん" if number[0][-1] in "2579２５７９" else "ぷん"
    return reading


# A tokenizer keeps what it is at in itself.
_one_at_a_time = Lock()


@cache
def _open_dictionary() -> Any:
    """None where it cannot be had: the page is then shown without furigana."""
    try:
        from sudachipy import Dictionary

        return Dictionary(dict="small").tokenizer()
    except Exception:
        logger.exception("no furigana: the dictionary cannot be opened")
        return None


def _to_hiragana(text: str) -> str:
    return KATAKANA.sub(lambda each: chr(ord(each[0]) - HIRAGANA_BELOW_KATAKANA), text)


def _write_ruby(word: str, reading: str) -> str:
    """食べ直す is たべなおす: the kana that both share stay outside, so 食《た》べ直《なお》す."""
    parts = KANA_OR_NOT.findall(word)
    pattern = "".join(
        re.escape(_to_hiragana(part)) if KANA.match(part) else "(.+?)" for part in parts
    )
    match = re.fullmatch(pattern, reading)
    if match is None:
        return _ruby(word, reading)
    readings = iter(match.groups())
    return "".join(part if KANA.match(part) else _ruby(part, next(readings)) for part in parts)


def _ruby(text: str, reading: str) -> str:
    return f"<ruby>{text}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>"
