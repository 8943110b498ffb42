"""What a correction would change on the pages that everybody reads, before it is saved."""

import re
from dataclasses import dataclass

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.domain.furigana import annotate
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
    pages, examples = set(), []
    for entry in SearchEntry.objects.public().filter(holds).order_by("pk"):
        for sentence in SENTENCE.findall(f"{entry.title}\n{entry.headings}\n{entry.body}"):
            if any(word in sentence for word in words):
                example = _compare(entry.title, sentence, now, then)
                if example.now != example.then:
                    pages.add(entry.pk)
                    examples.append(example)
    return Changes(len(examples), len(pages), tuple(examples[:EXAMPLES]))


def _compare(page: str, sentence: str, now: Corrections, then: Corrections) -> Example:
    text = escape(sentence.strip())
    return Example(page, mark_safe(annotate(text, now)), mark_safe(annotate(text, then)))  # noqa: S308
