"""Finding pages by words, with ranks, excerpts and suggestions. docs/search.md tells how."""

import difflib
import re
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.domain.folding import WORD, fold, fold_with_places, split_grams
from cms.models import SearchEntry, SearchGram

LONGEST = 100
CANDIDATES = 200
EXCERPT = 120
# Of the pairs of letters asked for, so many must be there for a page to be like what was asked.
ENOUGH = 0.6
KANA = re.compile("[ぁ-ゖー]+")
# As it is read is a little less than as it is written.
READ = 0.6
# Of fewer kana many words begin with the same.
SHORT = 3
# Words as they stand in titles: runs of one script.
RUNS = re.compile(r"[ァ-ヶー]{2,}|[一-鿿々〆]{2,}|[A-Za-z0-9]{2,}")


@dataclass(frozen=True)
class Hit:
    """Of a page or a term. `title` and `excerpt` are safe HTML with marks around what was found."""

    page_id: int | None
    term_id: int | None
    kind: str
    title: SafeString
    excerpt: SafeString
    is_exact: bool


def read_terms(query: str) -> list[str]:
    """Folded, without signs; at most LONGEST letters are read."""
    return list(dict.fromkeys(WORD.findall(fold(query[:LONGEST]))))


def search(*, query: str) -> list[Hit]:
    """What has every word, best first; if nothing does, what comes near it."""
    terms = read_terms(query)
    if not terms:
        return []
    phrase = fold(query[:LONGEST]).strip()
    scored = []
    for entry in _find_candidates(terms):
        score, is_exact = _score(entry, terms, phrase)
        scored.append((is_exact, score, entry))
    exact = [each for each in scored if each[0]]
    numbers = [term for term in terms if term.isdigit()]
    if numbers and not exact:
        # A number that is near another says nothing.
        scored = [each for each in scored if _has_all(each[2], numbers)]
    ranked = sorted(exact or scored, key=lambda each: (-each[1], each[2].pk))
    return [_make_hit(entry, terms, is_exact) for is_exact, _score_, entry in ranked]


def _find_candidates(terms: list[str]) -> list[SearchEntry]:
    entries = SearchEntry.objects.public()
    for letter in (term for term in terms if len(term) == 1):
        # Its pairs are indexed, not the letter: any of them will do.
        having = SearchGram.objects.filter(gram__contains=letter)
        entries = entries.filter(pk__in=having.values("entry"))
    grams = {gram for term in terms if len(term) > 1 for gram in split_grams(term)}
    if not grams:
        return list(entries.order_by("pk")[:CANDIDATES])
    near = (
        entries.filter(grams__gram__in=grams)
        .annotate(found=Count("grams"), weight=Sum("grams__weight"))
        .filter(found__gte=max(1, round(len(grams) * ENOUGH)))
        .order_by("-found", "-weight", "pk")
    )
    return list(near[:CANDIDATES])


def _score(entry: SearchEntry, terms: list[str], phrase: str) -> tuple[float, bool]:
    title, headings, body = (fold(text) for text in (entry.title, entry.headings, entry.body))
    read_title, _, read_headings = fold(entry.readings).partition("\n")
    places = [(title, read_title, 100), (headings, read_headings, 30), (body, "", 10)]
    score, missing = 0.0, 0
    for term in terms:
        found = 0.0
        for written, read, worth in places:
            if count := _count(written, term):
                # Once is what counts; often is a little more.
                found += worth + min(count, 5)
            elif _is_read(read, term):
                found += worth * READ
        missing += not found
        score += found
    if len(terms) > 1 and any(phrase in text for text in (title, headings, body)):
        score += 50
    if phrase in (title, read_title.replace(" ", "")):
        score += 200
    return (score + getattr(entry, "weight", 0) / 1000, not missing)


def _is_read(readings: str, term: str) -> bool:
    """Whether words begin like that, as 「けんしゅう かい」 like 「けんしゅう」: from inside of a
    word kana say nothing."""
    if not readings or not KANA.fullmatch(term):
        return False
    end = "" if len(term) >= SHORT else r"(?!\w)"
    return re.search(rf"(?<!\w){' ?'.join(term)}{end}", readings) is not None


def _has_all(entry: SearchEntry, terms: list[str]) -> bool:
    text = fold(f"{entry.title}\n{entry.headings}\n{entry.body}")
    return all(_count(text, term) for term in terms)


def _count(text: str, term: str) -> int:
    """A number counts where it stands as a whole."""
    return len(re.findall(_pattern(term), text)) if term.isdigit() else text.count(term)


def _pattern(term: str) -> str:
    return rf"(?<!\d){term}(?!\d)" if term.isdigit() else re.escape(term)


def _make_hit(entry: SearchEntry, terms: list[str], is_exact: bool) -> Hit:
    # Headings, and readings of terms, read badly in a row: only where nothing else was found.
    is_in_headings = _first(entry.body, terms) < 0 <= _first(entry.headings, terms)
    text = f"{entry.headings}\n{entry.body}" if is_in_headings else entry.body
    return Hit(
        entry.page_id,
        entry.term_id,
        entry.kind,
        highlight(entry.title, terms),
        highlight(cut(text, terms), terms),
        is_exact,
    )


def _find_marks(text: str, terms: list[str]) -> list[tuple[int, int]]:
    """From where to where something was found, in order and apart from each other."""
    folded, places = fold_with_places(text)
    pattern = "|".join(_pattern(term) for term in sorted(terms, key=len, reverse=True))
    return [_widen(places, *match.span()) for match in re.finditer(pattern, folded)]


def _widen(places: list[int], start: int, end: int) -> tuple[int, int]:
    """Whole letters of what was written: one of them may fold to several."""
    last = places[end - 1]
    return places[start], next(place for place in places[end:] if place > last)


def _first(text: str, terms: list[str]) -> int:
    return next((start for start, _end in _find_marks(text, terms)), -1)


def cut(text: str, terms: list[str]) -> str:
    """Some letters around what was found first."""
    text = " ".join(text.split())
    start = max(0, _first(text, terms) - EXCERPT // 3)
    end = start + EXCERPT
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def highlight(text: str, terms: list[str]) -> SafeString:
    parts, at = [], 0
    for start, end in _find_marks(text, terms):
        # A letter that folds to several may be met twice.
        if start >= at:
            parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
    # Every part is escaped above.
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308


def suggest(*, query: str) -> str:
    """What may have been meant, of the glossary and of words in titles and headings; or nothing."""
    terms = read_terms(query)
    words = _read_words()
    meant, is_new = [], False
    for term in terms:
        word = term if term.isdigit() else _find_near(term, words)
        is_new |= bool(word) and fold(word) != term
        meant.append(word)
    return " ".join(meant) if is_new and all(meant) else ""


def _find_near(term: str, words: dict[str, str]) -> str:
    """The word with the fewest letters to change; of those rather one that is as long."""
    near = difflib.get_close_matches(term, words, n=10, cutoff=0.6)
    near.sort(key=lambda word: (_distance(term, word), len(word) != len(term)))
    return words[near[0]] if near else ""


def _distance(one: str, other: str) -> int:
    """How many letters have to be put in, taken out or changed."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        before, row = row, [number]
        for at, wanted in enumerate(other):
            row.append(min(row[at] + 1, before[at + 1] + 1, before[at] + (letter != wanted)))
    return row[-1]


def _read_words() -> dict[str, str]:
    """By how they fold. Of a term, what it is called otherwise leads to its name."""
    words: dict[str, str] = {}
    entries = SearchEntry.objects.public().order_by("-kind", "pk")
    for kind, title, headings in entries.values_list("kind", "title", "headings"):
        if kind == "term":
            words |= {fold(name): title for name in [title, *headings.split("\n")]}
            continue
        for run in RUNS.findall(f"{title}\n{headings}"):
            words.setdefault(fold(run), run)
    return words
