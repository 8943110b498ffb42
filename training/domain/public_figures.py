"""The figures that everybody may see: to the end of last month, small numbers hidden.

Kept with the build as {"course", "until": date, "rows": [[code, name, cells], …], "totals": cells}.
A cell is a number, "small" or "hidden" (domain/suppression.py).
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum

from training.models import FigureBuild, MonthlyFigure

from .suppression import HIDDEN, SMALL, SMALLEST, suppress

Stage = MonthlyFigure.Stage
STAGES = (Stage.REGISTERED, Stage.ENROLLED, Stage.COMPLETED, Stage.CERTIFIED)
NOWHERE = "none"


def hide_small(
    *, build: FigureBuild, courses: list[dict[str, Any]], prefectures: dict[str, str], today: date
) -> dict[str, Any] | None:
    """Of the course with the most learners; one statement. None without a course.

    Once a month only: numbers that change by one show who came.
    """
    if not courses:
        return None
    month = today.replace(day=1)
    rows = (
        MonthlyFigure.objects.filter(
            ~Q(prefecture=""),
            Q(course=courses[0]["id"]) | Q(course=None),
            build=build,
            category="",
            month__lt=month,
            stage__in=STAGES,
        )
        .order_by()
        .values_list("prefecture", "stage")
        .annotate(Sum("count"))
    )
    found: dict[str, Counter[str]] = {}
    for code, stage, people in rows:
        found.setdefault(code, Counter())[stage] = people
    codes = [*prefectures, *({NOWHERE} & found.keys())]
    counts = [[found.get(code, Counter())[stage] for stage in STAGES] for code in codes]
    table = suppress(counts=counts)
    totals: list[Any] = [sum(row[place] for row in counts) for place in range(len(STAGES))]
    return {
        "course": courses[0]["title"],
        "until": (month - timedelta(days=1)).isoformat(),
        "rows": [
            [code, prefectures.get(code, ""), [mark or n for mark, n in zip(*pair, strict=True)]]
            for code, *pair in zip(codes, table.marks, counts, strict=True)
        ],
        "totals": [
            total if place not in table.hidden_totals else SMALL if total < SMALLEST else HIDDEN
            for place, total in enumerate(totals)
        ],
    }
