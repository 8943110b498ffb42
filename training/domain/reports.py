"""Who is enrolled in a course and how far along."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from training.clock import JAPAN
from training.models import (
    Affiliation,
    CoursePage,
    CourseVersion,
    Enrolment,
    LocalGovernment,
    ModuleCompletion,
)

from .audit import record_audit

PAGE_SIZE = 50


@dataclass(frozen=True)
class ReportRow:
    enrolment_id: int
    full_name: str
    local_government: str
    enrolled_on: date
    completed_on: date | None
    completed_modules: int
    required_modules: int


Versions = dict[int, list[int]]


def read_versions(*, course_id: int) -> Versions:
    """The modules that each version of a course asks for, by the version's id."""
    rows = CourseVersion.objects.filter(course_id=course_id).values_list("pk", "outline")
    return {pk: [each["module"] for each in outline["modules"]] for pk, outline in rows}


def _required(versions: Versions) -> Q:
    if len(versions) == 1:
        return Q(module__in=next(iter(versions.values())))
    required = Q()
    for pk, modules in versions.items():
        required |= Q(enrolment__version=pk, module__in=modules)
    return required


def enrolments_of(*, course_id: int, versions: Versions) -> "QuerySet[Enrolment, Any]":
    """Facts of the enrolments that were not withdrawn, newest first, as tuples for `read_rows`.

    `versions` comes from `read_versions`: a module that a version does not ask for counts nothing.

    The latest affiliation names the body. The database counts the modules and finds the days in
    Japan: to make a time of Python's out of each takes longer.
    """
    latest_body = (
        Affiliation.objects.filter(learner=OuterRef("learner"))
        .order_by("-pk")
        .values("local_government")[:1]
    )
    completions = (
        ModuleCompletion.objects.filter(_required(versions), enrolment=OuterRef("pk"))
        .order_by()
        .values("enrolment")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Enrolment.objects.filter(course_id=course_id, version__in=versions, withdrawn_at=None)
        .order_by("-pk")
        .values_list(
            "pk",
            "learner__full_name",
            Subquery(latest_body),
            TruncDate("enrolled_at", tzinfo=JAPAN),
            TruncDate("completed_at", tzinfo=JAPAN),
            Coalesce(Subquery(completions), 0),
            F("version_id"),
        )
    )


def read_rows(*, facts: Iterable[tuple[Any, ...]], versions: Versions) -> Iterator[ReportRow]:
    """One small look-up, the names of bodies, then one row at a time."""
    # Tuples: 1,788 instances for a page of fifty learners would be most of its cost.
    names = LocalGovernment.objects.values_list("pk", "prefecture__name", "name")
    bodies = {pk: f"{prefecture or ''}{name}" for pk, prefecture, name in names}
    for pk, name, body, enrolled_on, completed_on, completed, version in facts:
        yield ReportRow(
            enrolment_id=pk,
            # Erased, somebody still counts.
            full_name=name or _("(erased)"),
            local_government=bodies.get(body, ""),
            enrolled_on=enrolled_on,
            completed_on=completed_on,
            completed_modules=completed,
            required_modules=len(versions[version]),
        )


def record_export(*, course: CoursePage, user: Any, now: datetime, count: int) -> None:
    """That somebody took the list away, and how much of it."""
    with transaction.atomic():
        record_audit(
            action="enrolments.export", actor=user, at=now, subject=course, details={"rows": count}
        )
