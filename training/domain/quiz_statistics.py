"""How a quiz fares, over chosen papers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from statistics import fmean, median
from typing import cast

from django.db.models import QuerySet

from training.models import Attempt, GradedItem, Quiz

from .measures import find_alpha
from .statistics import MINIMUM, MOST_ROWS, PaperFilter, explain_too_few

_Row = tuple[Decimal, bool, datetime, datetime]


@dataclass(frozen=True)
class ScoreBin:
    """Scores from `low` to below `high`; the last one holds 100 as well."""

    low: int
    high: int
    count: int
    share: float


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha over papers with exactly the same graded questions. Where papers differ, as
    with draws, it is over the set that most papers share, and `left_out` papers have another."""

    alpha: float | None
    papers: int
    questions: int
    left_out: int

    @property
    def too_few(self) -> str:
        return explain_too_few(self.papers) if self.papers < MINIMUM else ""


@dataclass(frozen=True)
class QuizStatistics:
    """With fewer than MINIMUM papers only `count` is told. `mean` and `median` are percent."""

    count: int
    bins: list[ScoreBin] = field(default_factory=list)
    mean: float | None = None
    median: float | None = None
    pass_rate: float | None = None
    median_duration: timedelta | None = None
    reliability: Reliability | None = None

    @property
    def is_too_few(self) -> bool:
        return self.count < MINIMUM

    @property
    def too_few(self) -> str:
        return explain_too_few(self.count)


def measure_quiz(*, quiz: Quiz, papers: PaperFilter) -> QuizStatistics:
    """In two statements. `papers.quiz_id` is not looked at."""
    lookups = papers.as_lookups() | {"quiz_id": quiz.pk}
    attempts = Attempt.objects.filter(**lookups).order_by("-pk")[:MOST_ROWS]
    rows = attempts.values_list("score", "passed", "started_at", "submitted_at").iterator(
        chunk_size=2000
    )
    scores: list[float] = []
    seconds: list[float] = []
    passes = 0
    # A submitted attempt has all of them: attempt_submitted_with_score.
    for score, passed, started_at, submitted_at in cast(Iterator[_Row], rows):
        scores.append(float(score))
        seconds.append((submitted_at - started_at).total_seconds())
        passes += passed
    if len(scores) < MINIMUM:
        return QuizStatistics(count=len(scores))
    return QuizStatistics(
        count=len(scores),
        bins=_fill_bins(scores),
        mean=fmean(scores),
        median=median(scores),
        pass_rate=passes / len(scores),
        median_duration=timedelta(seconds=median(seconds)),
        reliability=_measure_reliability(attempts),
    )


def _fill_bins(scores: list[float]) -> list[ScoreBin]:
    counts = Counter(min(int(score // 10), 9) for score in scores)
    return [ScoreBin(10 * n, 10 * n + 10, counts[n], counts[n] / len(scores)) for n in range(10)]


def _measure_reliability(attempts: QuerySet[Attempt]) -> Reliability:
    """Of the latest papers, as many as MOST_ROWS graded questions fill."""
    rows = (
        GradedItem.objects.filter(graded=True, attempt__in=attempts.values("pk"))
        .order_by("-attempt_id", "question_key")
        .values_list("attempt_id", "question_key", "fraction")[:MOST_ROWS]
        .iterator(chunk_size=2000)
    )
    sets: dict[tuple[str, ...], list[list[float]]] = {}
    total = read = 0
    latest: tuple[str, ...] = ()
    for _attempt, group in groupby(rows, key=lambda row: row[0]):
        paper = list(group)
        latest = tuple(key for _attempt, key, _fraction in paper)
        sets.setdefault(latest, []).append([fraction for _attempt, _key, fraction in paper])
        total += 1
        read += len(paper)
    if read == MOST_ROWS:
        # The oldest one may have been cut off.
        sets[latest].pop()
        total -= 1
    if not total:
        return Reliability(alpha=None, papers=0, questions=0, left_out=0)
    keys, papers = max(sets.items(), key=lambda each: (len(each[1]), len(each[0]), each[0]))
    return Reliability(
        alpha=find_alpha(papers) if len(papers) >= MINIMUM else None,
        papers=len(papers),
        questions=len(keys),
        left_out=total - len(papers),
    )
