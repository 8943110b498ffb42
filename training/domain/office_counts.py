"""How many people a body has, by status."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Sum

from training.models import BodyFigure
from training.seams import certified_sources, find_certified

from .figures import latest_builds
from .offices import (
    COMPLETED,
    STUCK,
    UNDER_WAY,
    PeopleFilter,
    conditions_of,
    find_people,
    find_states,
    people_of,
    state_of,
)

# Of a body with more people the stored figures are shown: to look at what each of them did takes
# longer than all the rest of its page.
MOST_COUNTED = 300


@dataclass(frozen=True)
class Counts:
    """People by status; `as_of` is None where they were counted just now. Counted just now in any
    case are `waiting`, affiliations to confirm, and `matching`, the rows that the filter leaves.
    `certified` is None where nobody issues certificates."""

    people: int
    not_started: int
    under_way: int
    completed: int
    stuck: int
    certified: int | None
    waiting: int
    matching: int
    as_of: datetime | None = None


def count_people(
    *, codes: Collection[str], filters: PeopleFilter, today: date, now: datetime
) -> Counts:
    """Two statements, another for a name and for those who left."""
    rows = people_of(codes=codes, today=today)
    matching = None
    if filters.ended:
        matching = find_people(codes=codes, filters=filters, today=today, now=now).count()
    stored = _read_stored(codes)
    if stored and stored[1] > MOST_COUNTED:
        return _show_stored(stored, rows, filters, now, matching)
    return _count(rows, filters, today, now, matching)


def _read_stored(codes: Collection[str]) -> tuple[Any, ...] | None:
    """When it was counted; who is registered, enrolled, completed, stuck and certified."""
    rows = (
        BodyFigure.objects.filter(
            build__in=latest_builds().values("pk")[:1], course=None, local_government__in=codes
        )
        .order_by()
        .values_list("build__as_of")
        .annotate(
            Sum("registered"), Sum("enrolled"), Sum("completed"), Sum("stuck"), Sum("certified")
        )
    )
    found: tuple[Any, ...] | None = next(iter(rows), None)
    return found


def _show_stored(
    stored: tuple[Any, ...],
    rows: Any,
    filters: PeopleFilter,
    now: datetime,
    matching: int | None,
) -> Counts:
    as_of, people, enrolled, completed, stuck, certified = stored
    wanted = conditions_of(filters, rows)
    if states := find_states(filters):
        rows, wanted = rows.annotate(state=state_of(now=now)), wanted & Q(state__in=states)
    live = rows.aggregate(
        waiting=Count("pk", filter=Q(confirmed_at=None)), matching=Count("pk", filter=wanted)
    )
    return Counts(
        people=people,
        not_started=people - enrolled,
        under_way=enrolled - completed,
        completed=completed,
        stuck=stuck,
        certified=certified if certified_sources else None,
        waiting=live["waiting"],
        matching=live["matching"] if matching is None else matching,
        as_of=as_of,
    )


def _count(
    rows: Any, filters: PeopleFilter, today: date, now: datetime, matching: int | None
) -> Counts:
    certified = find_certified(learner=OuterRef("learner"), today=today)
    asked = {"certified": Count("learner", distinct=True, filter=certified)} if certified else {}
    groups = list(
        rows.annotate(state=state_of(now=now))
        .values("state")
        .annotate(
            people=Count("learner", distinct=True),
            waiting=Count("pk", filter=Q(confirmed_at=None)),
            matching=Count("pk", filter=conditions_of(filters, rows)),
            **asked,
        )
        .order_by()
    )

    def add(name: str, states: Collection[int] = ()) -> int:
        return sum(group[name] for group in groups if not states or group["state"] in states)

    return Counts(
        people=add("people"),
        not_started=add("people", [0]),
        under_way=add("people", [UNDER_WAY, UNDER_WAY + STUCK]),
        completed=add("people", [COMPLETED, COMPLETED + STUCK]),
        stuck=add("people", [UNDER_WAY + STUCK, COMPLETED + STUCK]),
        certified=add("certified") if certified else None,
        waiting=add("waiting"),
        matching=add("matching", find_states(filters)) if matching is None else matching,
    )
