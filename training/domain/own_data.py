"""Everything that is held about a learner: to be seen, and to be taken away in one file."""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.db import transaction
from django.db.models import Q
from django.db.models.fields.json import KT
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.clock import in_japan, today_in_japan
from training.models import (
    Affiliation,
    Allowance,
    Attempt,
    Enrolment,
    Evidence,
    GradedItem,
    Invitation,
    Learner,
    ModuleCompletion,
    OutgoingMail,
)
from training.seams import DataPart, data_parts

from .affiliations import describe
from .audit import record_audit
from .bodies import BODY_PATHS
from .people import read_acceptances

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Table:
    """One part as a page shows it."""

    title: str
    headings: list[str]
    rows: list[list[str]]


def ids_of(*, learner_id: int) -> list[int]:
    """The learner's own, and those of double registrations that were merged into it."""
    found, newer = [learner_id], [learner_id]
    while newer := list(Learner.objects.filter(merged_into__in=newer).values_list("pk", flat=True)):
        found += newer
    return found


def _read_person(ids: list[int]) -> Rows:
    learners = Learner.objects.filter(pk__in=ids).select_related("user")
    return [
        {
            "full_name": each.full_name,
            "kana": each.kana,
            "former_name": each.former_name,
            "email": each.user.email if each.user else "",
            "registered_at": each.registered_at,
        }
        for each in learners.order_by("-pk")
    ]


def _read_purposes(ids: list[int]) -> Rows:
    return [
        {"version": version, "accepted_at": accepted_at}
        for learner in Learner.objects.filter(pk__in=ids[:1]).select_related("purpose_notice")
        for version, accepted_at in read_acceptances(learner=learner)
    ]


def state_of(*, affiliation: Affiliation) -> str:
    if affiliation.confirmed_at:
        return _("confirmed")
    return _("not accepted") if affiliation.refused_at else _("waiting for confirmation")


def _read_affiliations(ids: list[int]) -> Rows:
    today = today_in_japan()
    rows = Affiliation.objects.filter(learner__in=ids).select_related(*BODY_PATHS)
    return [
        {
            "affiliation": describe(affiliation=each, today=today),
            "started_on": each.started_on,
            "ended_on": each.ended_on,
            "state": state_of(affiliation=each),
            "reason": each.refusal_reason,
        }
        for each in rows.order_by("pk")
    ]


def _read_evidence(ids: list[int]) -> Rows:
    rows = Evidence.objects.filter(affiliation__learner__in=ids).order_by("pk")
    return [dict(row) for row in rows.values("name", "uploaded_at", "deleted_at")]


def _evidence_files(ids: list[int]) -> Iterator[tuple[str, bytes]]:
    kept = Evidence.objects.filter(affiliation__learner__in=ids, deleted_at=None)
    for each in kept.exclude(file="").order_by("pk"):
        with each.file.open("rb") as file:
            yield f"evidence/{each.pk}.{str(each.file.name).rpartition('.')[2]}", file.read()


def _read_enrolments(ids: list[int]) -> Rows:
    rows = Enrolment.objects.filter(learner__in=ids).select_related("course").order_by("pk")
    return [
        {
            "course": each.course.title,
            "enrolled_at": each.enrolled_at,
            "completed_at": each.completed_at,
            "withdrawn_at": each.withdrawn_at,
        }
        for each in rows.only("course__title", "enrolled_at", "completed_at", "withdrawn_at")
    ]


def _read_modules(ids: list[int]) -> Rows:
    rows = ModuleCompletion.objects.filter(enrolment__learner__in=ids).order_by("pk")
    return [
        {"module": title, "completed_at": completed_at}
        for title, completed_at in rows.values_list("module__title", "completed_at")
    ]


def _read_attempts(ids: list[int]) -> Rows:
    attempts = Attempt.objects.filter(enrolment__learner__in=ids).order_by("pk")
    rows = attempts.annotate(shows=KT("paper__shows")).values_list(
        "pk", "quiz__title", "number", "started_at", "submitted_at", "score", "passed", "shows"
    )
    return [
        {
            "id": pk,
            "quiz": title,
            "number": number,
            "started_at": started_at,
            "submitted_at": submitted_at,
            # What the result page does not say, this does not say either.
            "score": None if shows == "nothing" else score,
            "passed": None if shows == "nothing" else passed,
        }
        for pk, title, number, started_at, submitted_at, score, passed, shows in rows
    ]


def _read_answers(ids: list[int]) -> Rows:
    rows = GradedItem.objects.filter(attempt__enrolment__learner__in=ids).order_by("pk")
    return [
        {"attempt": attempt, "question": key, "answer": given}
        for attempt, key, given in rows.values_list("attempt_id", "question_key", "given")
    ]


def _read_allowances(ids: list[int]) -> Rows:
    rows = Allowance.objects.filter(learner__in=ids)
    return [dict(row) for row in rows.values("time_percent", "reason")]


def _read_invitations(ids: list[int]) -> Rows:
    rows = Invitation.objects.filter(learner__in=ids).select_related("local_government__prefecture")
    return [
        {
            "body": str(each.local_government),
            "full_name": each.full_name,
            "email": each.email,
            "invited_at": each.invited_at,
        }
        for each in rows.order_by("pk")
    ]


def addresses_of(*, ids: list[int]) -> list[str]:
    learners = Learner.objects.filter(pk__in=ids, user__isnull=False).select_related("user")
    return [each.user.email for each in learners if each.user and each.user.email]


def mails_to(*, addresses: Iterable[str]) -> Any:
    wanted = Q(pk__in=[])
    for address in addresses:
        wanted |= Q(to__iexact=address)
    return OutgoingMail.objects.filter(wanted)


def _read_mails(ids: list[int]) -> Rows:
    rows = mails_to(addresses=addresses_of(ids=ids)).order_by("pk")
    return list(rows.values("subject", "created_at", "sent_at"))


OWN_PARTS = [
    DataPart(
        "person",
        gettext_lazy("You"),
        {
            "full_name": gettext_lazy("Full name"),
            "kana": gettext_lazy("Reading (katakana)"),
            "former_name": gettext_lazy("Former family name"),
            "email": gettext_lazy("E-mail address"),
            "registered_at": gettext_lazy("Registered at"),
        },
        _read_person,
    ),
    DataPart(
        "purpose_notices",
        gettext_lazy("Purpose notices that you accepted"),
        {"version": gettext_lazy("Version"), "accepted_at": gettext_lazy("Accepted at")},
        _read_purposes,
    ),
    DataPart(
        "affiliations",
        gettext_lazy("Affiliations"),
        {
            "affiliation": gettext_lazy("Affiliation"),
            "started_on": gettext_lazy("Started on"),
            "ended_on": gettext_lazy("Until"),
            "state": gettext_lazy("State"),
            "reason": gettext_lazy("Reason"),
        },
        _read_affiliations,
    ),
    DataPart(
        "evidence",
        gettext_lazy("Documents that show an affiliation"),
        {
            "name": gettext_lazy("File"),
            "uploaded_at": gettext_lazy("Uploaded at"),
            "deleted_at": gettext_lazy("Deleted at"),
        },
        _read_evidence,
        files=_evidence_files,
    ),
    DataPart(
        "enrolments",
        gettext_lazy("Courses"),
        {
            "course": gettext_lazy("Course"),
            "enrolled_at": gettext_lazy("Enrolled at"),
            "completed_at": gettext_lazy("Completion date and time"),
            "withdrawn_at": gettext_lazy("Withdrawn at"),
        },
        _read_enrolments,
    ),
    DataPart(
        "modules",
        gettext_lazy("Modules that you completed"),
        {
            "module": gettext_lazy("Module"),
            "completed_at": gettext_lazy("Completion date and time"),
        },
        _read_modules,
    ),
    DataPart(
        "attempts",
        gettext_lazy("Your attempts at quizzes"),
        {
            "id": gettext_lazy("No."),
            "quiz": gettext_lazy("Quiz"),
            "number": gettext_lazy("Attempt"),
            "started_at": gettext_lazy("Started at"),
            "submitted_at": gettext_lazy("Handed in at"),
            "score": gettext_lazy("Score (%)"),
            "passed": gettext_lazy("Passed"),
        },
        _read_attempts,
    ),
    DataPart(
        "answers",
        gettext_lazy("Answers that you handed in"),
        {
            "attempt": gettext_lazy("Attempt"),
            "question": gettext_lazy("Question"),
            "answer": gettext_lazy("Your answer"),
        },
        _read_answers,
        is_for_export_only=True,
    ),
    DataPart(
        "allowances",
        gettext_lazy("More time for quizzes"),
        {"time_percent": gettext_lazy("Time (%)"), "reason": gettext_lazy("Reason")},
        _read_allowances,
    ),
    DataPart(
        "invitations",
        gettext_lazy("Invitations that you accepted"),
        {
            "body": gettext_lazy("Local government"),
            "full_name": gettext_lazy("Full name"),
            "email": gettext_lazy("E-mail address"),
            "invited_at": gettext_lazy("Invited at"),
        },
        _read_invitations,
    ),
    DataPart(
        "mails",
        gettext_lazy("Mails to you that are still kept"),
        {
            "subject": gettext_lazy("Subject"),
            "created_at": gettext_lazy("Written at"),
            "sent_at": gettext_lazy("Sent at"),
        },
        _read_mails,
    ),
]


def show(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(in_japan(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _table(part: DataPart, rows: Rows) -> Table:
    return Table(
        title=str(part.title),
        headings=[str(title) for title in part.columns.values()],
        rows=[[show(row.get(name)) for name in part.columns] for row in rows],
    )


def read_tables(*, learner_id: int) -> list[Table]:
    """For the page; a fixed number of statements."""
    ids = ids_of(learner_id=learner_id)
    shown = [part for part in [*OWN_PARTS, *data_parts] if not part.is_for_export_only]
    return [_table(part, part.read(ids)) for part in shown]


def export_data(*, learner: Learner, user: Any, now: datetime) -> IO[bytes]:
    """A ZIP archive: the same facts for machines and for people, and the files. It lies on the disk
    if it is large; whoever asked closes it."""
    ids = ids_of(learner_id=learner.pk)
    parts = [*OWN_PARTS, *data_parts]
    read = [(part, part.read(ids)) for part in parts]
    facts = {part.name: rows for part, rows in read}
    page = render_to_string(
        "training/own_data_export.html",
        {"tables": [_table(part, rows) for part, rows in read], "now": now},
    )
    target = tempfile.SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115 handed to the caller
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", _to_json(facts))
        archive.writestr("data.html", page)
        for part in parts:
            for name, content in part.files(ids) if part.files else ():
                archive.writestr(name, content)
    target.seek(0)
    with transaction.atomic():
        record_audit(
            action="data.export",
            actor=user,
            at=now,
            subject=learner,
            details={"rows": {name: len(rows) for name, rows in facts.items()}},
        )
    return target


def _to_json(facts: dict[str, Rows]) -> str:
    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else str(value)

    return json.dumps(facts, ensure_ascii=False, indent=2, default=plain)
