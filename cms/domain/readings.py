"""How a text is read: a dictionary guesses, rules look around, editors have the last word.

Nothing of the dictionary, some 100 MB, is loaded before the first reader asks.
"""

import logging
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, combinations, pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from cms.domain.reading_rules import KANJI, WEEKDAYS, WEEKDAYS_IN_TEXT, Word, mend
from cms.models import GlossaryTerm, Reading

logger = logging.getLogger(__name__)

KATAKANA = re.compile("[ァ-ヶ]")
HIRAGANA = re.compile("[ぁ-ゖー]")
HIRAGANA_BELOW_KATAKANA = ord("ァ") - ord("ぁ")
NUMBER_OR_NOT = re.compile("[0-9０-９]+|[^0-9０-９]+")
# The dictionary takes 49 KB at a time; a sentence is enough to guess from.
SENTENCE = re.compile("[^。\n]{1,2000}。?|[。\n]+")
KANJI_ONLY = re.compile(f"{KANJI.pattern}+")
# Where there is no dictionary.
KANJI_OR_NOT = re.compile(f"{KANJI.pattern}+|[0-9０-９]+|[^{KANJI.pattern[1:-1]}0-9０-９]+")
# Pieces of a word that may be read otherwise than the dictionary does.
MOST_UNKNOWN = 2
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Corrections:
    """One for each state of the list, so that texts are remembered by which one it is. A blank in a
    word and in its reading says where it may be divided."""

    readings: dict[str, tuple[str, str]]
    pattern: re.Pattern[str] | None


def read_corrections(*, without: str = "", extra: Pairs = ()) -> Corrections:
    """The editors' readings; then those of the glossary's terms; then the house's own. Two
    statements. `without` and `extra` ask how it would be."""
    given = Reading.objects.exclude(written=without).values_list("written", "reading")
    terms = GlossaryTerm.objects.values_list("term", "reading")
    known: dict[str, tuple[str, str]] = {}
    for source in (read_house_list().items(), terms, given, extra):
        # By the word itself: with blanks or without, the later source counts.
        known |= {_as_one(*pair): pair for pair in source}
    return prepare_corrections(tuple(sorted(known.values())))


@cache
def read_house_list() -> dict[str, str]:
    with (Path(__file__).parent.parent / "data/readings.toml").open("rb") as file:
        return tomllib.load(file)


def _is_divided(written: str, reading: str) -> bool:
    """A blank in a term of the glossary, whose reading has none, belongs to the term."""
    return 0 < written.count(" ") == reading.count(" ")


def _as_one(written: str, reading: str) -> str:
    return written.replace(" ", "") if _is_divided(written, reading) else written


@lru_cache(maxsize=4)
def prepare_corrections(pairs: Pairs) -> Corrections:
    """Of words as written and as read. The longest is looked for first."""
    readings = {
        _as_one(written, reading): (written, reading)
        for written, reading in pairs
        if KANJI.search(written)
    }
    if not readings:
        return Corrections({}, None)
    words = sorted(readings, key=len, reverse=True)
    return Corrections(readings, re.compile("|".join(map(re.escape, words))))


def split_text(text: str, corrections: Corrections) -> Iterator[Word]:
    """All of it, word by word."""
    for sentence in SENTENCE.findall(text):
        if KANJI.search(sentence):
            yield from mend(_read_sentence(sentence, corrections))
        else:
            yield Word(sentence, "")


def read_aloud(*, text: str, corrections: Corrections) -> str:
    """Its words as they are read, with spaces between them. Where corrections stand for several
    words, each of those once more: who looks for one of them knows nothing of the whole."""
    words = list(split_text(text, corrections))
    alone = _guess(text) if any(each.is_given for each in words) else []
    return " ".join(each.reading or each.written for each in [*words, *alone])


def _read_sentence(sentence: str, corrections: Corrections) -> list[Word]:
    guessed = _guess(sentence)
    starts = list(accumulate((len(each.written) for each in guessed), initial=0))
    given = _find_given(sentence, guessed, starts, corrections)
    if not given:
        return guessed
    words: list[Word] = []
    place = 0
    for start, end, new in [*given, (len(sentence), len(sentence), [])]:
        words += _take(sentence, guessed, starts, place, start)
        words += new
        place = end
    return words


def _take(
    sentence: str, guessed: list[Word], starts: list[int], start: int, end: int
) -> Iterator[Word]:
    """The guesses between two places; anew where a correction has cut a word."""
    place = start
    for word, begin in zip(guessed, starts, strict=False):
        if start <= begin and begin + len(word.written) <= end:
            if place < begin:
                yield from _guess(sentence[place:begin])
            yield word
            place = begin + len(word.written)
    if place < end:
        yield from _guess(sentence[place:end])


def _find_given(
    sentence: str, guessed: list[Word], starts: list[int], corrections: Corrections
) -> list[tuple[int, int, list[Word]]]:
    """Where editors or the weekdays' rule know better: (start, end, words), none over another."""
    found = []
    place = 0
    while corrections.pattern and (match := corrections.pattern.search(sentence, place)):
        start, place = match.start(), match.start() + 1
        # The longest was found; where it is part of another word, a shorter one may not be.
        for end in range(match.end(), start, -1):
            known = corrections.readings.get(sentence[start:end])
            if known and _stands_alone(sentence, start, end, guessed, starts):
                words = [Word(*each, is_given=True) for each in divide(*known)]
                found.append((start, end, words))
                place = end
                break
    for match in WEEKDAYS_IN_TEXT.finditer(sentence):
        begin, end = match.span()
        beside = [each for each in found if each[1] <= begin or end <= each[0]]
        if all(begin <= each[0] and each[1] <= end for each in found if each not in beside):
            days = re.findall("[祝曜]日|.", match[0])
            words = [Word(day, WEEKDAYS.get(day, ""), is_given=True) for day in days]
            found = [*beside, (begin, end, words)]
    return sorted(found, key=lambda each: each[0])


def _stands_alone(
    sentence: str, start: int, end: int, guessed: list[Word], starts: list[int]
) -> bool:
    """行 is not meant in 銀行, 行く, nor 1人 in 21人; 開け is in 開けます, 中山町 in 町内."""
    return all(
        place in (0, len(sentence))
        or place in starts
        or _is_cut_well(sentence, place, start, end, guessed, starts)
        for place in (start, end)
    )


def _is_cut_well(
    sentence: str, place: int, start: int, end: int, guessed: list[Word], starts: list[int]
) -> bool:
    left, right = sentence[place - 1], sentence[place]
    if HIRAGANA.match(left) and HIRAGANA.match(right):
        return True
    begin, finish = next(pair for pair in pairwise(starts) if pair[0] < place < pair[1])
    if KANJI.match(left) and KANJI.match(right):
        return _run(sentence, place, start, end) > _run(sentence, place, begin, finish)
    # お金のこと, where the dictionary sees a saw for metal; a verb goes on in kana.
    cut = guessed[starts.index(begin)]
    return start < begin and end == place and cut.kind[:1] == ("名詞",)


def _run(sentence: str, place: int, start: int, end: int) -> int:
    """How many kanji stand around a place without a gap, from start to end."""
    first, last = place, place
    while first > start and KANJI.match(sentence[first - 1]):
        first -= 1
    while last < end and KANJI.match(sentence[last]):
        last += 1
    return last - first


@lru_cache(maxsize=1024)
def divide(written: str, reading: str) -> Pairs:
    """A word and its reading in pieces, 社会《しゃかい》福祉《ふくし》: where blanks are written,
    or else where the dictionary reads short words so; the rest stays one."""
    if _is_divided(written, reading):
        return tuple(zip(written.split(" "), reading.split(" "), strict=True))
    pieces = [pair for each in _guess(written) for pair in (each.parts or [_pair(each)])]
    # Of a long word read otherwise altogether, all choices would take hours.
    for count in range(min(len(pieces), MOST_UNKNOWN + 1)):
        for unknown in combinations(range(len(pieces)), count):
            if pairs := _fit(pieces, frozenset(unknown), reading):
                return _join_short(pairs)
    return ((written, reading),)


def _join_short(pairs: Pairs) -> Pairs:
    """市区町村 in one, and 協議|会: a line shall not end in the midst of what is short."""
    joined: list[tuple[str, str]] = []
    for written, reading in pairs:
        last = joined[-1][0] if joined else ""
        is_kanji = KANJI_ONLY.fullmatch(last + written) is not None
        if last and is_kanji and 1 in (len(last), len(written)) and len(last + written) <= 4:
            joined[-1] = last + written, joined[-1][1] + reading
        else:
            joined.append((written, reading))
    return tuple(joined)


def _pair(word: Word) -> tuple[str, str]:
    return word.written, word.reading


def _fit(pieces: Sequence[tuple[str, str]], unknown: frozenset[int], reading: str) -> Pairs | None:
    """With some pieces read in another way than the dictionary does, neighbours of them as one."""
    joined: list[tuple[str, str]] = []
    for place, (written, known) in enumerate(pieces):
        if place not in unknown:
            joined.append((written, re.escape(known or to_hiragana(written))))
        elif place - 1 in unknown:
            joined[-1] = joined[-1][0] + written, joined[-1][1]
        else:
            joined.append((written, ".+"))
    match = re.fullmatch("".join(f"({known})" for _written, known in joined), reading)
    if match is None:
        return None
    return tuple(zip((written for written, _known in joined), match.groups(), strict=True))


def _guess(text: str) -> list[Word]:
    tokenizer = _open_dictionary()
    if tokenizer is None:
        return [Word(piece, "") for piece in KANJI_OR_NOT.findall(text)]
    with _one_at_a_time:
        words = [_read_token(token) for token in tokenizer.tokenize(text)]
    guessed: list[Word] = []
    for word in words:
        pieces = NUMBER_OR_NOT.findall(word.written)
        if len(pieces) > 1 and KANJI.search(word.written):
            # 21億: the dictionary would read each figure by itself.
            guessed += [each for piece in pieces for each in _guess(piece)]
        else:
            guessed.append(word)
    return guessed


def _read_token(token: Any) -> Word:
    from sudachipy import SplitMode

    written = token.surface()
    if not KANJI.search(written):
        return Word(written, "", token.part_of_speech(), token.dictionary_form())
    reading = to_hiragana(token.reading_form())
    if KANJI.search(reading):
        # It does not know each kanji.
        reading = ""
    short = [
        (each.surface(), to_hiragana(each.reading_form())) for each in token.split(SplitMode.A)
    ]
    is_sum = len(short) > 1 and "".join(part for _written, part in short) == reading
    parts = _join_short(tuple(short)) if is_sum else ()
    return Word(written, reading, token.part_of_speech(), token.dictionary_form(), parts)


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


def to_hiragana(text: str) -> str:
    return KATAKANA.sub(lambda each: chr(ord(each[0]) - HIRAGANA_BELOW_KATAKANA), text)
