"""How a question fares, over chosen papers: a help to editors. No decision about a learner is taken
from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from statistics import fmean, median
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from training.clock import JAPAN
from training.kinds import get_kind
from training.models import GradedItem, Question, Response

from .measures import correlate

MINIMUM = 30
# Of the latest papers: more would not change the figures, only the time they take.
MOST_ROWS = 20_000
MOST_TIMED = 2_000
MOST_ANSWERS = 20


@dataclass(frozen=True)
class PaperFilter:
    """Which submitted papers count; of an enrolment's attempts at a quiz only the first by default,
    because whoever comes back has seen the answers. Days are of the current time zone, the last one
    included."""

    quiz_id: int | None = None
    first_only: bool = True
    from_on: date | None = None
    to_on: date | None = None

    def as_lookups(self, prefix: str = "") -> dict[str, Any]:
        lookups: dict[str, Any] = {"submitted_at__isnull": False}
        if self.quiz_id is not None:
            lookups["quiz_id"] = self.quiz_id
        if self.first_only:
            lookups["number"] = 1
        if self.from_on:
            lookups["submitted_at__gte"] = _midnight(self.from_on)
        if self.to_on and self.to_on < date.max:
            lookups["submitted_at__lt"] = _midnight(self.to_on + timedelta(days=1))
        return {f"{prefix}{name}": value for name, value in lookups.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, JAPAN)


def explain_too_few(count: int) -> str:
    return _("too few (%(count)s of %(minimum)s)") % {"count": count, "minimum": MINIMUM}


@dataclass(frozen=True)
class AnswerCount:
    """`text` is empty for no answer. `fraction` is the mean share of the point it earned; of one
    choice among several picked it is 1 or 0, or None if the question has it no longer."""

    text: str
    count: int
    share: float
    fraction: float | None


@dataclass(frozen=True)
class QuestionStatistics:
    """With fewer than MINIMUM papers only `count` is told.

    `facility` is the mean share of the point. `discrimination` is the corrected point-biserial: the
    correlation of the question with the mean of the *other* graded questions of the same paper, the
    question itself left out of that mean (or it would correlate with itself); questions that were
    shown but not graded are no part of it. `median_time` is approximate: from the save before (or
    the start) to the question's first save, over papers in which it was saved on its own.
    """

    count: int
    facility: float | None = None
    discrimination: float | None = None
    compared: int = 0
    answers: list[AnswerCount] = field(default_factory=list)
    picks_several: bool = False
    median_time: timedelta | None = None
    timed: int = 0

    @property
    def is_too_few(self) -> bool:
        return self.count < MINIMUM

    @property
    def too_few(self) -> str:
        return explain_too_few(self.count)


def measure_question(*, question: Question, papers: PaperFilter) -> QuestionStatistics:
    """In three statements, four where several choices may be picked."""
    items = GradedItem.objects.filter(
        question_key=question.key, **papers.as_lookups("attempt__")
    ).order_by("-id")[:MOST_ROWS]
    fractions: dict[int, float] = {}
    starts: dict[int, datetime] = {}
    given: list[tuple[tuple[str, ...], float]] = []
    graded: set[int] = set()
    rows = items.values_list(
        "attempt_id", "fraction", "graded", "given", "attempt__started_at"
    ).iterator(chunk_size=2000)
    for attempt_id, fraction, is_graded, texts, started_at in rows:
        fractions[attempt_id] = fraction
        starts[attempt_id] = started_at
        given.append((tuple(texts), fraction))
        if is_graded:
            graded.add(attempt_id)
    if len(fractions) < MINIMUM:
        return QuestionStatistics(count=len(fractions))
    pairs = _pair_with_rest(items, fractions=fractions, graded=graded)
    times = _find_times(items, key=question.key, starts=starts)
    picks_several = question.kind == "multiple_choice"
    return QuestionStatistics(
        count=len(fractions),
        facility=fmean(fractions.values()),
        discrimination=correlate(*zip(*pairs, strict=True)) if len(pairs) >= MINIMUM else None,
        compared=len(pairs),
        answers=_count_picks(question, given) if picks_several else _count_answers(given),
        picks_several=picks_several,
        median_time=timedelta(seconds=median(times)) if len(times) >= MINIMUM else None,
        timed=len(times),
    )


def _pair_with_rest(
    items: QuerySet[GradedItem], *, fractions: dict[int, float], graded: set[int]
) -> list[tuple[float, float]]:
    """Of each paper the question's share and the mean share of the other graded questions."""
    sums = (
        GradedItem.objects.filter(graded=True, attempt__in=items.values("attempt"))
        .order_by()
        .values_list("attempt_id")
        .annotate(Sum("fraction"), Count("pk"))
        .iterator(chunk_size=2000)
    )
    pairs = []
    for attempt_id, total, count in sums:
        # A paper submitted since the first statement is in the sums only.
        fraction = fractions.get(attempt_id)
        own = 1 if attempt_id in graded else 0
        if fraction is not None and count > own:
            pairs.append((fraction, (total - own * fraction) / (count - own)))
    return pairs


def _find_times(
    items: QuerySet[GradedItem], *, key: str, starts: dict[int, datetime]
) -> list[float]:
    """In seconds."""
    saves = (
        Response.objects.filter(attempt__in=items[:MOST_TIMED].values("attempt"))
        .order_by("attempt_id", "given_at", "sequence")
        .values_list("attempt_id", "question_key", "sequence", "given_at")
        .iterator(chunk_size=2000)
    )
    times = []
    for attempt_id, group in groupby(saves, key=lambda row: row[0]):
        rows = list(group)
        first = next((row for row in rows if row[1] == key), None)
        # Saved at once with others, as when a whole page is handed in: no telling how long it took.
        if not first or sum(row[2] == first[2] for row in rows) > 1 or attempt_id not in starts:
            continue
        before = [row[3] for row in rows[: rows.index(first)]]
        since = before[-1] if before else starts[attempt_id]
        times.append((first[3] - since).total_seconds())
    return times


def _count_answers(given: Iterable[tuple[tuple[str, ...], float]]) -> list[AnswerCount]:
    counts: Counter[str] = Counter()
    earned: defaultdict[str, float] = defaultdict(float)
    for texts, fraction in given:
        text = " / ".join(texts)
        counts[text] += 1
        earned[text] += fraction
    return [
        AnswerCount(text, count, count / counts.total(), earned[text] / count)
        for text, count in counts.most_common(MOST_ANSWERS)
    ]


def _count_picks(
    question: Question, given: list[tuple[tuple[str, ...], float]]
) -> list[AnswerCount]:
    right = dict(question.choices.values_list("text", "is_right"))
    counts: Counter[str] = Counter()
    for texts, _fraction in given:
        counts.update(set(texts) or {""})
    return [
        AnswerCount(
            text,
            count,
            count / len(given),
            float(right[text]) if text in right else (None if text else 0.0),
        )
        for text, count in counts.most_common(MOST_ANSWERS)
    ]


def can_be_measured(*, question: Question) -> bool:
    """A scenario is no question itself: its parts are."""
    return get_kind(question.kind).expand(question) == [question]
