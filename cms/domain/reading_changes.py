"""What a correction would change on the pages that everybody reads, before it is saved."""

import re
from dataclasses import dataclass
from itertools import zip_longest

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.domain.furigana import write_furigana
from cms.domain.readings import Corrections, read_corrections
from cms.models import SearchEntry

SENTENCE = re.compile("[^。\n]+。?")
EXAMPLES = 10


@dataclass(frozen=True)
class Example:
    """A sentence as it is read now and as it would be, both with their furigana."""

    page: str
    now: SafeString
    then: SafeString


@dataclass(frozen=True)
class Changes:
    sentences: int
    pages: int
    examples: tuple[Example, ...]


def list_changes(*, written: str, reading: str, instead_of: str = "") -> Changes:
    """Of a new correction, or of one that is changed from the word `instead_of`. Looks where the
    search does: not at questions, nor at the words of the screens. A fixed number of statements."""
    now = read_corrections()
    then = read_corrections(without=instead_of, extra=((written, reading),))
    words = {word.replace(" ", "") for word in (written, instead_of) if word}
    holds = Q()
    for word in words:
        holds |= Q(title__contains=word) | Q(headings__contains=word) | Q(body__contains=word)
    found = []
    for entry in SearchEntry.objects.public().filter(holds).order_by("pk"):
        sentences = [
            escape(sentence.strip())
            for sentence in SENTENCE.findall(f"{entry.title}\n{entry.headings}\n{entry.body}")
            if any(word in sentence for word in words)
        ]
        changed = [each for each in sentences if _is_changed(each, now, then)]
        if changed:
            found.append([(entry.title, sentence) for sentence in changed])
    # One of each page before a second of any.
    turns = [each for turn in zip_longest(*found) for each in turn if each]
    examples = [_show(page, sentence, now, then) for page, sentence in turns[:EXAMPLES]]
    return Changes(len(turns), len(found), tuple(examples))


def _is_changed(sentence: str, now: Corrections, then: Corrections) -> bool:
    # Not by what is remembered for readers, which so many sentences would push out.
    return write_furigana(sentence, now) != write_furigana(sentence, then)


def _show(page: str, sentence: str, now: Corrections, then: Corrections) -> Example:
    shown = (mark_safe(write_furigana(sentence, each)) for each in (now, then))  # noqa: S308
    return Example(page, *shown)
