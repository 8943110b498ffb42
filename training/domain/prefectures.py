"""A prefecture's towns side by side."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum, Value
from django.utils.translation import gettext_lazy as _

from training.models import Affiliation, BodyFigure, Enrolment, FigureBuild, LocalGovernment
from training.seams import find_certified

from .bodies import present_body
from .figures import latest_builds

# Towns that a prefecture may ask for alone.
ONLY = {
    "uncovered": _("without a certified person"),
    "waiting": _("with confirmations waiting"),
}
SORTS = ("code", "people", "enrolled", "completed", "certified", "waiting")


@dataclass(frozen=True)
class TownFigures:
    people: int = 0
    enrolled: int = 0
    completed: int = 0
    certified: int = 0
    waiting: int = 0

    def __add__(self, other: "TownFigures") -> "TownFigures":
        return TownFigures(
            **{
                each.name: getattr(self, each.name) + getattr(other, each.name)
                for each in fields(self)
            }
        )


NOBODY = TownFigures()


@dataclass(frozen=True)
class Town:
    body: LocalGovernment
    figures: TownFigures


@dataclass(frozen=True)
class Prefecture:
    """Coverage: how many towns have somebody who holds a valid certificate. `as_of` is None where
    no figures are stored yet and the people were counted just now."""

    towns: list[Town]
    total: TownFigures
    covered: int
    as_of: datetime | None = None

    @property
    def covered_percent(self) -> int:
        return round(100 * self.covered / len(self.towns)) if self.towns else 0


def read_prefecture(*, prefecture: LocalGovernment, today: date) -> Prefecture:
    """Three statements. What belongs to a town that merged counts for the town of today."""
    bodies = LocalGovernment.objects.filter(prefecture=prefecture).only(
        "name", "successor", "abolished_on"
    )
    build = latest_builds().only("as_of").first()
    if build:
        figures = read_towns(build=build, prefecture_id=prefecture.pk)
    else:
        figures = count_towns(prefecture_id=prefecture.pk, today=today)
    found: dict[str, TownFigures] = {}
    present = {}
    known = {body.pk: body for body in bodies}
    for body in known.values():
        # Nearly always another of these: to read it beside each of them would cost more.
        if body.successor_id in known:
            body.successor = known[body.successor_id]
    for body in known.values():
        now = present_body(body=body, today=today)
        present[now.pk] = now
        figure = figures.get(body.pk, NOBODY)
        found[now.pk] = found[now.pk] + figure if now.pk in found else figure
    towns = [Town(body=present[code], figures=found[code]) for code in sorted(present)]
    return Prefecture(
        towns=towns,
        total=sum((town.figures for town in towns), NOBODY),
        covered=sum(1 for each in towns if each.figures.certified),
        as_of=build.as_of if build else None,
    )


def read_towns(*, build: FigureBuild, prefecture_id: str) -> dict[str, TownFigures]:
    """As `count_towns`, from the stored figures: a prefecture may have tens of thousands."""
    rows = (
        BodyFigure.objects.filter(
            build=build, course=None, local_government__prefecture=prefecture_id
        )
        .order_by()
        .values_list("local_government")
        .annotate(
            Sum("registered"), Sum("enrolled"), Sum("completed"), Sum("certified"), Sum("waiting")
        )
    )
    return {code: TownFigures(*counts) for code, *counts in rows}


def count_towns(*, prefecture_id: str, today: date) -> dict[str, TownFigures]:
    """By the code of the town, for those that have people."""
    enrolled = Enrolment.objects.filter(learner=OuterRef("learner"), withdrawn_at=None)
    certified = find_certified(learner=OuterRef("learner"), today=today)

    def count(condition: Any) -> Count:
        return Count("learner", distinct=True, filter=condition)

    rows: Any = (
        Affiliation.objects.current(today=today)
        .of_people()
        .filter(local_government__prefecture=prefecture_id)
        .values("local_government")
        .annotate(
            people=Count("learner", distinct=True),
            enrolled=count(Exists(enrolled)),
            completed=count(Exists(enrolled.completed())),
            certified=count(certified) if certified else Value(0),
            waiting=Count("pk", filter=Q(confirmed_at=None)),
        )
        .order_by()
    )
    return {row.pop("local_government"): TownFigures(**row) for row in rows}


def choose_towns(*, towns: list[Town], sort: str, only: str) -> list[Town]:
    """`sort` is one of SORTS, most first with a minus before it; `only` is one of ONLY or ""."""
    chosen = [
        each
        for each in towns
        if (only != "uncovered" or not each.figures.certified)
        and (only != "waiting" or each.figures.waiting)
    ]
    name = sort.removeprefix("-")
    if name in SORTS and name != "code":
        # Stable: towns of the same number stay in the order of their codes.
        chosen.sort(key=lambda each: getattr(each.figures, name), reverse=sort.startswith("-"))
    elif sort == "-code":
        chosen.reverse()
    return chosen
