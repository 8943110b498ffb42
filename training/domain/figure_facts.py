"""What is told beside the counts, collected when figures are rebuilt: too slow for each page view.

Everything is plain JSON:
{"key": by which what is drawn from it may be cached,
 "courses": [{"id", "title", "modules": [[id, title], …]}, …], most learners first,
 "prefectures": {code: name}, "public": see domain/public_figures.py,
 "coverage": {prefecture code: [municipalities with somebody certified, municipalities]},
 "monthly": {name: {"YYYY-MM": count}}, of training.seams.monthly_sources,
 "questions": [QuestionHealth as a dict, …], the worst first,
 "stale": {"pages" and "questions": {"count", "first": [[id, title, review_by], …]}},
 "mail": {"given_up": count, "sent_last_day": count}}
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.crypto import get_random_string

from training.clock import JAPAN
from training.models import (
    BodyFigure,
    CoursePage,
    CourseVersion,
    FigureBuild,
    LocalGovernment,
    ModulePage,
    OutgoingMail,
    Question,
)
from training.seams import monthly_sources, stale_page_sources

from .public_figures import hide_small
from .statistics import MINIMUM

MOST_NAMED = 20
# Papers of the last year: what was mended since should show.
HEALTH_DAYS = 365
# Below these a question is named; see docs/figures.md.
LOW_FACILITY, LOW_DISCRIMINATION = 0.4, 0.2


@dataclass(frozen=True)
class QuestionHealth:
    """The same measures as domain/statistics.py takes, of first attempts."""

    key: str
    pk: int
    count: int
    facility: float
    discrimination: float | None

    @property
    def is_poor(self) -> bool:
        low = self.discrimination is not None and self.discrimination < LOW_DISCRIMINATION
        return low or self.facility < LOW_FACILITY


def collect_facts(*, build: FigureBuild, now: datetime) -> dict[str, Any]:
    today = now.astimezone(JAPAN).date()
    courses = _list_courses()
    prefectures = dict(
        LocalGovernment.objects.filter(prefecture=None).order_by("code").values_list("code", "name")
    )
    return {
        "key": get_random_string(12),
        "courses": courses,
        "prefectures": prefectures,
        "public": hide_small(build=build, courses=courses, prefectures=prefectures, today=today),
        "coverage": _measure_coverage(build),
        "monthly": {
            name: {f"{month:%Y-%m}": count for month, count in sorted(count_months(now).items())}
            for name, (_label, count_months) in monthly_sources.items()
        },
        "questions": [asdict(each) for each in measure_health(now=now) if each.is_poor][
            :MOST_NAMED
        ],
        "stale": _list_stale(today),
        "mail": {
            "given_up": OutgoingMail.objects.filter(sent_at=None, next_try_at=None).count(),
            "sent_last_day": OutgoingMail.objects.filter(
                sent_at__gte=now - timedelta(days=1)
            ).count(),
        },
    }


def _list_courses() -> list[dict[str, Any]]:
    """With the modules of the latest version, in their order."""
    latest = (
        CourseVersion.objects.filter(course=OuterRef("pk")).order_by("-number").values("outline")
    )
    rows = (
        CoursePage.objects.annotate(outline=Subquery(latest[:1]), learners=Count("enrolments"))
        .filter(outline__isnull=False)
        .order_by("-learners", "path")
        .values_list("pk", "title", "outline")
    )
    return [
        {
            "id": pk,
            "title": title,
            "modules": [[each["module"], each["title"]] for each in outline["modules"]],
        }
        for pk, title, outline in rows
    ]


def _measure_coverage(build: FigureBuild) -> dict[str, list[int]]:
    towns = LocalGovernment.objects.filter(abolished_on=None, prefecture__isnull=False)
    covered = BodyFigure.objects.filter(build=build, certified__gt=0)
    rows = (
        towns.order_by()
        .values_list("prefecture")
        .annotate(
            covered=Count("pk", filter=Q(pk__in=covered.values("local_government"))),
            all=Count("pk"),
        )
    )
    return {prefecture: [covered, count] for prefecture, covered, count in rows}


# The corrected point-biserial by sums: each question's share (x) against the mean share of the
# other graded questions of its paper (y).
HEALTH = """
WITH item AS (
    SELECT g.attempt_id, g.question_key, g.fraction, CASE WHEN g.graded THEN 1 ELSE 0 END AS own
    FROM lms_training_gradeditem g JOIN lms_training_attempt a ON a.id = g.attempt_id
    WHERE a.number = 1 AND a.submitted_at >= %s
),
paper AS (
    SELECT attempt_id, SUM(own * fraction) AS total, SUM(own) AS asked
    FROM item GROUP BY attempt_id
),
pair AS (
    SELECT i.question_key, i.fraction AS x, CASE WHEN p.asked > i.own
        THEN (p.total - i.own * i.fraction) / (p.asked - i.own) END AS y
    FROM item i JOIN paper p ON p.attempt_id = i.attempt_id
)
SELECT question_key, COUNT(*), AVG(x), COUNT(y), SUM(CASE WHEN y IS NULL THEN 0 ELSE x END), SUM(y),
    SUM(CASE WHEN y IS NULL THEN 0 ELSE x * x END), SUM(y * y), SUM(x * y)
FROM pair GROUP BY question_key
"""


def measure_health(*, now: datetime) -> list[QuestionHealth]:
    """Of every question with enough papers, the least discriminating first. Two statements, however
    many questions there are."""
    since = connection.ops.adapt_datetimefield_value(now - timedelta(days=HEALTH_DAYS))
    with connection.cursor() as cursor:
        cursor.execute(HEALTH, [since])
        rows = [row for row in cursor.fetchall() if row[1] >= MINIMUM]
    ids = dict(Question.objects.filter(key__in=[row[0] for row in rows]).values_list("key", "pk"))
    found = [
        QuestionHealth(key, ids[key], count, float(facility), _correlate(*sums))
        for key, count, facility, *sums in rows
        if key in ids
    ]
    return sorted(
        found,
        key=lambda each: (
            1.0 if each.discrimination is None else each.discrimination,
            each.facility,
        ),
    )


def _correlate(n: int, x: float, y: float, xx: float, yy: float, xy: float) -> float | None:
    """Pearson's r from sums; None with too few papers or without variance."""
    if n < MINIMUM:
        return None
    variances = (xx / n - (x / n) ** 2, yy / n - (y / n) ** 2)
    if min(variances) < 1e-9:
        return None
    return float((xy / n - x / n * (y / n)) / sqrt(variances[0] * variances[1]))


def _list_stale(today: date) -> dict[str, Any]:
    """What should have been looked at again by now, the longest overdue first."""
    modules = ModulePage.objects.filter(live=True, review_by__lt=today)
    pages = [
        row
        for rows in (modules, *(source(today) for source in stale_page_sources))
        for row in rows.values_list("pk", "title", "review_by")
    ]
    questions = list(
        Question.objects.filter(live=True, review_by__lt=today).values_list(
            "pk", "key", "review_by"
        )
    )
    return {
        name: {
            "count": len(rows),
            "first": [
                [pk, title, due.isoformat()]
                for pk, title, due in sorted(rows, key=lambda row: (row[2], row[0]))[:MOST_NAMED]
            ],
        }
        for name, rows in (("pages", pages), ("questions", questions))
    }
