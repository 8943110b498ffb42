"""What a body sees of its people: by affiliation, never by what somebody once typed elsewhere."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import jaconv
from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from training.models import Affiliation, Attempt, Enrolment, LocalGovernment, ModuleCompletion
from training.names import fold_name
from training.seams import find_certified

from .scopes import with_merged

# Open, and nothing done for so long: somebody should ask.
STUCK_AFTER = timedelta(days=14)


class Status(models.TextChoices):
    NOT_STARTED = "not-started", _("taking no course")
    UNDER_WAY = "under-way", _("taking a course")
    COMPLETED = "completed", _("course completed")


@dataclass(frozen=True)
class Office:
    """A body with the codes of those that merged into it."""

    body: LocalGovernment
    codes: frozenset[str]

    @property
    def is_prefecture(self) -> bool:
        return self.body.prefecture_id is None


@dataclass(frozen=True)
class PeopleFilter:
    """`confirmed` is "yes", "no" or "" for either; `ended` shows those who left instead."""

    status: str = ""
    category: str = ""
    confirmed: str = ""
    stuck: bool = False
    ended: bool = False
    name: str = ""

    @property
    def asked(self) -> dict[str, str | bool]:
        """For the audit log, which keeps no names: only that one was searched for."""
        found = {name: value for name, value in vars(self).items() if value and name != "name"}
        return found | ({"name_searched": True} if self.name.strip() else {})


@dataclass(frozen=True)
class Counts:
    """People by status, and affiliations that wait; `matching` is how many rows the filter leaves.
    `certified` is None where nobody issues certificates."""

    people: int
    not_started: int
    under_way: int
    completed: int
    stuck: int
    waiting: int
    certified: int | None
    matching: int


def read_office(*, code: str) -> Office | None:
    """One statement."""
    rows = LocalGovernment.objects.filter(with_merged([code])).select_related(
        "prefecture", "successor"
    )
    bodies = {body.pk: body for body in rows}
    if code not in bodies:
        return None
    return Office(body=bodies[code], codes=frozenset(bodies))


def people_of(*, codes: Collection[str], today: date, ended: bool = False) -> Any:
    """Affiliations of a body today, or those that are over."""
    rows = Affiliation.objects.of_people().filter(local_government__in=codes)
    if ended:
        return rows.filter(ended_on__lt=today, refused_at=None)
    return rows.current(today=today)


# What `state_of` tells: a status, and STUCK beside it.
UNDER_WAY, COMPLETED, STUCK = 1, 2, 10


def state_of(*, now: datetime) -> Coalesce:
    """Whether somebody takes or completed a course, and is stuck: 0, 1, 2, 11 or 12.

    Somebody who completed a course and takes another, or takes it again, has completed one. Stuck
    is an open course that for two weeks was neither begun nor gone on with.
    """
    since = now - STUCK_AFTER
    completions = ModuleCompletion.objects.filter(enrolment=OuterRef("pk"), completed_at__gte=since)
    attempts = Attempt.objects.filter(enrolment=OuterRef("pk"), started_at__gte=since)
    is_idle = Q(completed_at=None, enrolled_at__lt=since) & ~Exists(completions) & ~Exists(attempts)
    status = Max(Case(When(completed_at=None, then=UNDER_WAY), default=COMPLETED))
    stuck = Max(Case(When(is_idle, then=STUCK), default=0))
    # An aggregate: of an EXISTS alone PostgreSQL may make a hash of all enrolments there are, which
    # costs a second where looking up these people costs some milliseconds.
    states = (
        Enrolment.objects.filter(learner=OuterRef("learner"), withdrawn_at=None)
        .order_by()
        .values("learner")
        .annotate(state=status + stuck)
        .values("state")
    )
    return Coalesce(Subquery(states, output_field=IntegerField()), 0)


def _states(filters: PeopleFilter) -> list[int]:
    """Those that the filter leaves; empty for all."""
    codes = {Status.NOT_STARTED: 0, Status.UNDER_WAY: UNDER_WAY, Status.COMPLETED: COMPLETED}
    plain = [codes[Status(filters.status)]] if filters.status else [UNDER_WAY, COMPLETED]
    stuck = [code + STUCK for code in plain]
    if filters.stuck:
        return stuck
    return [*plain, *stuck] if filters.status else []


def count_people(
    *, codes: Collection[str], filters: PeopleFilter, today: date, now: datetime
) -> Counts:
    """One statement, two with a name or for those who left."""
    rows = people_of(codes=codes, today=today)
    certified = find_certified(learner=OuterRef("learner"), today=today)
    asked = {"certified": Count("learner", distinct=True, filter=certified)} if certified else {}
    groups = list(
        rows.annotate(state=state_of(now=now))
        .values("state")
        .annotate(
            people=Count("learner", distinct=True),
            waiting=Count("pk", filter=Q(confirmed_at=None)),
            matching=Count("pk", filter=_conditions(filters, rows)),
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
        waiting=add("waiting"),
        certified=add("certified") if certified else None,
        matching=(
            find_people(codes=codes, filters=filters, today=today, now=now).count()
            if filters.ended
            else add("matching", _states(filters))
        ),
    )


def find_people(
    *, codes: Collection[str], filters: PeopleFilter, today: date, now: datetime
) -> Any:
    """Affiliations that match, by the reading of the name; see people_rows.py for what is shown of
    them."""
    rows = people_of(codes=codes, today=today, ended=filters.ended)
    rows = rows.filter(_conditions(filters, rows))
    # What people did after they left is none of the body's business.
    if (states := _states(filters)) and not filters.ended:
        rows = rows.annotate(state=state_of(now=now)).filter(state__in=states)
    return rows.order_by("learner__kana", "learner__full_name", "pk")


def _conditions(filters: PeopleFilter, rows: Any) -> Q:
    found = Q()
    if filters.category:
        found &= Q(category=filters.category)
    if filters.confirmed:
        found &= Q(confirmed_at__isnull=filters.confirmed == "no")
    if filters.name.strip():
        found &= Q(pk__in=_find_names(filters.name, rows))
    # An empty condition counts nothing in a filtered aggregate of some databases.
    return found or Q(pk__isnull=False)


def _find_names(typed: str, rows: Any) -> list[int]:
    """No database folds as names need it, and a body has some thousand people at most."""
    wanted = _fold(typed)
    names = rows.values_list("pk", "learner__full_name", "learner__kana")
    return [pk for pk, name, kana in names if wanted in _fold(name) or wanted in _fold(kana)]


class _Folded(dict[str, str]):
    """Characters, folded when they are first met: a body's names hold some hundred."""

    def __missing__(self, character: str) -> str:
        self[character] = folded = jaconv.hira2kata(fold_name(character))
        return folded


_folded = _Folded()


def _fold(text: str) -> str:
    return "".join([_folded[each] for each in unicodedata.normalize("NFKC", text)])
