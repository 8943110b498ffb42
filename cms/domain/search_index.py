"""What the search knows of each page and term, and keeping it so. How it is found is in
docs/search.md."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.models import Page

from cms.domain.folding import split_grams
from cms.domain.readings import read_aloud, read_corrections
from cms.models import (
    CaseStudyPage,
    GlossaryTerm,
    InformationPage,
    NoticePage,
    SearchEntry,
    SearchGram,
)
from training.models import CoursePage, ModulePage

TITLE, HEADING, BODY = 8, 3, 1


@dataclass(frozen=True)
class Source:
    """Which fields of a kind of page are searched. Whatever is not listed is not."""

    kind: str
    texts: tuple[str, ...]
    streams: tuple[str, ...]


SOURCES: dict[type[Page], Source] = {
    CoursePage: Source("course", ("summary",), ("body",)),
    ModulePage: Source("module", ("summary",), ("objectives", "body")),
    NoticePage: Source(
        "notice", ("summary", "number", "issuer", "addressees", "legal_basis"), ("body", "contacts")
    ),
    InformationPage: Source("information", ("summary",), ("body",)),
    CaseStudyPage: Source(
        "case",
        ("summary", "activity", "lecturer", "audience", "fee", "place", "frequency"),
        ("points",),
    ),
}


@dataclass(frozen=True)
class Texts:
    title: str
    headings: str
    body: str


def read_page(page: Any, source: Source) -> Texts:
    headings: list[str] = []
    body = [str(getattr(page, name)) for name in source.texts]
    for name in source.streams:
        for block in getattr(page, name):
            words = block.block.get_searchable_content(block.value)
            (headings if block.block_type == "heading" else body).extend(map(str, words))
    if isinstance(page, CaseStudyPage):
        place = page.local_government
        body.append(f"{place.prefecture.name if place.prefecture else ''}{place.name}")
    return Texts(page.title, "\n".join(headings), "\n".join(filter(None, body)))


def _read_aloud(texts: Texts) -> str:
    """The title, then a line for each heading. Whoever publishes waits for the dictionary to be
    opened, once; whoever searches never does."""
    corrections = read_corrections()
    lines = [texts.title, *texts.headings.split("\n")]
    return "\n".join(read_aloud(text=line, corrections=corrections) for line in lines)


def _weigh(texts: Texts, readings: str) -> dict[str, int]:
    weights = dict.fromkeys(split_grams(texts.body), BODY)
    weights |= dict.fromkeys(split_grams(f"{texts.headings}\n{readings}"), HEADING)
    return weights | dict.fromkeys(split_grams(texts.title), TITLE)


@transaction.atomic
def index_page(*, page: Page) -> bool:
    """Make a page's entry anew from what is published; False for a kind that is not searched."""
    specific = page.specific_class and page.specific_class.objects.filter(pk=page.pk).first()
    source = SOURCES.get(type(specific))
    if source is None or not specific.live:
        forget_page(page=page)
        return False
    _write(source.kind, read_page(specific, source), page_id=page.pk)
    return True


@transaction.atomic
def index_term(*, term: GlossaryTerm) -> None:
    names = "\n".join([*term.names[1:], term.reading])
    _write("term", Texts(term.term, names, term.plain), term_id=term.pk)


def _write(kind: str, texts: Texts, **of: Any) -> None:
    readings = _read_aloud(texts)
    entry, _made = SearchEntry.objects.update_or_create(
        **of, defaults={"kind": kind, "readings": readings} | vars(texts)
    )
    entry.grams.all().delete()
    weights = _weigh(texts, readings)
    SearchGram.objects.bulk_create(
        SearchGram(entry=entry, gram=gram, weight=weight) for gram, weight in weights.items()
    )


def forget_page(*, page: Page) -> None:
    SearchEntry.objects.filter(page_id=page.pk).delete()


def rebuild_index() -> int:
    """Every page's and every term's entry anew. Returns how many there are."""
    SearchEntry.objects.filter(page__live=False).delete()
    terms = list(GlossaryTerm.objects.all())
    for term in terms:
        index_term(term=term)
    pages = Page.objects.live().order_by("path")
    return len(terms) + sum(index_page(page=page) for page in pages)
