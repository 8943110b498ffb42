"""What a body sees of its people: by affiliation, never by what somebody once typed elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import jaconv
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from training.conf import find_certified
from training.models import Affiliation, Attempt, Enrolment, LocalGovernment, ModuleCompletion
from training.models.records import EnrolmentQuerySet
from training.names import fold_name

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
    """Affiliations of a body today, or those that are over. Nobody is listed whose data was erased
    or who was registered a second time."""
    rows = Affiliation.objects.filter(
        local_government__in=codes, learner__erased_at=None, learner__merged_into=None
    )
    if ended:
        return rows.filter(ended_on__lt=today, refused_at=None)
    return rows.current(today=today)


def _enrolments() -> EnrolmentQuerySet:
    return Enrolment.objects.filter(learner=OuterRef("learner"), withdrawn_at=None)


def status_of() -> Case:
    """Somebody who completed a course and takes another, or takes it again, has completed one."""
    return Case(
        When(Exists(_enrolments().completed()), then=Value(Status.COMPLETED.value)),
        When(Exists(_enrolments()), then=Value(Status.UNDER_WAY.value)),
        default=Value(Status.NOT_STARTED.value),
    )


def is_stuck(*, now: datetime) -> Exists:
    """A course that is open, and for two weeks neither begun nor gone on with."""
    since = now - STUCK_AFTER
    completions = ModuleCompletion.objects.filter(enrolment=OuterRef("pk"), completed_at__gte=since)
    attempts = Attempt.objects.filter(enrolment=OuterRef("pk"), started_at__gte=since)
    return Exists(
        _enrolments()
        .open()
        .filter(enrolled_at__lt=since)
        .exclude(Exists(completions))
        .exclude(Exists(attempts))
    )


def count_people(
    *, codes: Collection[str], filters: PeopleFilter, today: date, now: datetime
) -> Counts:
    """One statement, two with a name or for those who left."""
    rows = people_of(codes=codes, today=today)
    matches = _conditions(filters, rows)
    certified = find_certified(learner=OuterRef("learner"), today=today)
    asked = {"certified": Count("learner", distinct=True, filter=certified)} if certified else {}
    groups = list(
        rows.annotate(status=status_of(), stuck=is_stuck(now=now))
        .values("status", "stuck")
        .annotate(
            people=Count("learner", distinct=True),
            waiting=Count("pk", filter=Q(confirmed_at=None)),
            matching=Count("pk", filter=matches),
            **asked,
        )
        .order_by()
    )

    def add(name: str, **wanted: Any) -> int:
        return sum(group[name] for group in groups if all(group[k] == v for k, v in wanted.items()))

    kept: dict[str, Any] = {"status": filters.status} if filters.status else {}
    kept |= {"stuck": True} if filters.stuck else {}
    return Counts(
        people=add("people"),
        not_started=add("people", status=Status.NOT_STARTED),
        under_way=add("people", status=Status.UNDER_WAY),
        completed=add("people", status=Status.COMPLETED),
        stuck=add("people", stuck=True),
        waiting=add("waiting"),
        certified=add("certified") if certified else None,
        matching=(
            find_people(codes=codes, filters=filters, today=today, now=now).count()
            if filters.ended
            else add("matching", **kept)
        ),
    )


def find_people(
    *, codes: Collection[str], filters: PeopleFilter, today: date, now: datetime
) -> Any:
    """Affiliations that match, by the reading of the name; see people_rows.py for what is shown of
    them."""
    rows = people_of(codes=codes, today=today, ended=filters.ended)
    rows = rows.filter(_conditions(filters, rows))
    if not filters.ended:
        # What they did after they left is none of the body's business.
        if filters.status:
            rows = rows.annotate(status=status_of()).filter(status=filters.status)
        if filters.stuck:
            rows = rows.filter(is_stuck(now=now))
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


def _fold(text: str) -> str:
    return jaconv.hira2kata(fold_name(text))
