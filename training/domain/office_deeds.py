"""What an officer does for several people at once, and the lists that are taken away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from training.clock import day_in_japan
from training.models import LocalGovernment

from .affiliations import AlreadyDecided, confirm_affiliation
from .audit import record_audit
from .office_people import find_waiting
from .offices import Office, PeopleFilter, Status, find_people
from .people_rows import CourseState, PersonRow, read_rows
from .prefectures import ONLY, Town
from .scopes import Scope

MAX_AT_ONCE = 200


@dataclass(frozen=True)
class Confirmed:
    """How many this call confirmed, how many somebody else had decided before it, and how many
    nobody but another may decide on."""

    count: int
    decided: int
    own: int


def confirm_several(
    *, office: Office, scope: Scope, affiliation_ids: Iterable[int], user: Any, now: datetime
) -> Confirmed:
    """Each by itself: what a colleague decided meanwhile stops none of the others. What is not the
    body's is left alone."""
    wanted = set(affiliation_ids)
    waiting = find_waiting(office=office, scope=scope, today=day_in_japan(now))
    waiting = waiting.filter(pk__in=wanted)
    own = waiting.filter(is_own=True).count()
    count = 0
    for pk in list(waiting.filter(may_decide=True).values_list("pk", flat=True)):
        try:
            confirm_affiliation(affiliation_id=pk, user=user, now=now)
        except AlreadyDecided:
            continue
        count += 1
    return Confirmed(count=count, decided=len(wanted) - count - own, own=own)


def export_people(
    *, office: Office, filters: PeopleFilter, user: Any, now: datetime
) -> Iterator[list[Any]]:
    """Headings, then a row for each person and course; read as it is written, and written down who
    took the list away."""
    today = day_in_japan(now)
    people = find_people(codes=office.codes, filters=filters, today=today, now=now)
    _record("enrolments.export", office.body, user, now, people.count(), filters.asked)
    rows = read_rows(affiliations=people, today=today)
    return _write_people(rows)


def _write_people(rows: Iterator[PersonRow]) -> Iterator[list[Any]]:
    yield [
        _("Full name"),
        _("Reading of the name"),
        _("What they are"),
        _("In office from"),
        _("In office until"),
        _("Confirmed by the body"),
        _("Learning status"),
        _("Course"),
        _("What is missing"),
        _("Enrolled on"),
        _("Completed on"),
        _("Certificate number"),
        _("State of the certificate"),
        _("Certificate valid until"),
    ]
    yes, waiting = _("confirmed"), _("waiting for confirmation")
    not_started = str(Status.NOT_STARTED.label)
    for row in rows:
        person = [
            row.full_name,
            row.kana,
            row.category,
            _iso(row.started_on),
            _iso(row.ended_on),
            waiting if row.is_waiting else yes,
        ]
        if not row.courses:
            status = "" if row.is_over else not_started
            yield [*person, status, "", "", "", "", "", "", ""]
        for course in row.courses:
            yield [*person, course.label, *_write_course(course)]


def _write_course(course: CourseState) -> list[str]:
    certificate = course.certificates[-1] if course.certificates else None
    return [
        course.title,
        course.sentence,
        _iso(course.enrolled_on),
        _iso(course.completed_on),
        certificate.number if certificate else "",
        certificate.state if certificate else "",
        _iso(certificate.expires_on) if certificate else "",
    ]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def export_towns(
    *, prefecture: LocalGovernment, towns: list[Town], only: str, user: Any, now: datetime
) -> list[list[Any]]:
    _record(
        "towns.export", prefecture, user, now, len(towns), {"only": only} if only in ONLY else {}
    )
    head = [
        _("Code of the body"),
        _("Municipality"),
        _("Number of people"),
        _("Enrolled"),
        _("Course completed"),
        _("With a valid certificate"),
        _("Confirmations waiting"),
    ]
    return [
        head,
        *(
            [
                town.body.pk,
                town.body.name,
                town.figures.people,
                town.figures.enrolled,
                town.figures.completed,
                town.figures.certified,
                town.figures.waiting,
            ]
            for town in towns
        ),
    ]


def _record(
    action: str,
    body: LocalGovernment,
    user: Any,
    now: datetime,
    count: int,
    asked: dict[str, str | bool],
) -> None:
    with transaction.atomic():
        record_audit(
            action=action,
            actor=user,
            at=now,
            local_government=body,
            details=asked | {"rows": count},
        )
