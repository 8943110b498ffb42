"""Certificates for completions that this site did not see: proposed by one officer, approved by
another."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from certificates.models import Certificate, ManualIssue
from training.clock import JAPAN
from training.domain.audit import record_audit
from training.domain.completion_by_hand import NotYet, record_completion_by_hand
from training.models import CoursePage, Enrolment, Learner

from .issuing import request_certificate

Decision = ManualIssue.Decision
Status = Certificate.Status


class AlreadyProposed(Exception):
    """One proposal at a time for a learner and a course."""


class AlreadyCertified(Exception):
    """There is a certificate of this learner's completion on that day."""


class AlreadyDecided(Exception):
    """Somebody else decided first."""


class SamePerson(Exception):
    """Whoever proposed it cannot approve it."""


class OwnCertificate(Exception):
    """Nobody approves a certificate of their own."""


def propose_issue(
    *,
    learner: Learner,
    course: CoursePage,
    completed_on: date,
    reason: str,
    actor: Any,
    now: datetime,
) -> ManualIssue:
    """Raises NotYet, AlreadyCertified, AlreadyProposed."""
    if completed_on > now.astimezone(JAPAN).date():
        raise NotYet
    if _certified(learner, course, completed_on).exists():
        raise AlreadyCertified
    try:
        with transaction.atomic():
            issue = ManualIssue.objects.create(
                learner=learner,
                course=course,
                completed_on=completed_on,
                reason=reason,
                proposed_by=actor,
                proposed_at=now,
            )
            record_audit(
                action="certificate.propose", actor=actor, at=now, subject=issue, reason=reason
            )
    except IntegrityError as error:
        raise AlreadyProposed from error
    return issue


def approve_issue(*, issue_id: int, actor: Any, note: str, now: datetime) -> Certificate:
    """Record the completion, unless the site has it, and write the certificate's row: all of it or
    nothing. Raises SamePerson, OwnCertificate, AlreadyDecided, AlreadyCertified, NoTemplate,
    CourseNotReady."""
    with transaction.atomic():
        issue = _lock_waiting(issue_id)
        # The database holds it too: manual_issue_approved_by_another.
        if issue.proposed_by_id == actor.pk:
            raise SamePerson
        if issue.learner.user_id == actor.pk:
            raise OwnCertificate
        if _certified(issue.learner, issue.course, issue.completed_on).exists():
            raise AlreadyCertified
        enrolment = _uncertified(issue).first() or record_completion_by_hand(
            learner=issue.learner, course=issue.course, completed_on=issue.completed_on, now=now
        )
        certificate = request_certificate(enrolment_id=enrolment.pk, now=now)
        assert certificate  # noqa: S101 the enrolment is completed
        _decide(issue, Decision.APPROVED, actor, note, now, certificate)
        record_audit(
            action="certificate.issue_by_hand",
            actor=actor,
            at=now,
            subject=certificate,
            reason=issue.reason,
            details={"proposal": issue.pk, "proposed_by": issue.proposed_by_id},
        )
    return certificate


def refuse_issue(*, issue_id: int, actor: Any, note: str, now: datetime) -> None:
    """Also by whoever proposed it, to take it back. Raises AlreadyDecided."""
    with transaction.atomic():
        issue = _lock_waiting(issue_id)
        _decide(issue, Decision.REFUSED, actor, note, now)
        record_audit(
            action="certificate.refuse_by_hand", actor=actor, at=now, subject=issue, reason=note
        )


def find_certificates(*, learner: Learner, course: CoursePage) -> "QuerySet[Certificate]":
    """What the learner has of the course already, the newest first."""
    found = Certificate.objects.filter(enrolment__learner=learner, enrolment__course=course)
    return found.order_by("-pk")


def _lock_waiting(issue_id: int) -> ManualIssue:
    issue = (
        ManualIssue.objects.waiting()
        .select_for_update(of=("self",))
        .select_related("learner", "course")
        .filter(pk=issue_id)
        .first()
    )
    if issue is None:
        raise AlreadyDecided
    return issue


def _decide(
    issue: ManualIssue,
    decision: Decision,
    actor: Any,
    note: str,
    now: datetime,
    certificate: Certificate | None = None,
) -> None:
    changed = ManualIssue.objects.waiting().filter(pk=issue.pk)
    if not changed.update(
        decision=decision,
        decided_by=actor,
        decided_at=now,
        decision_note=note,
        certificate=certificate,
    ):
        raise AlreadyDecided


def _completed_on(learner: Learner, course: CoursePage, day: date) -> "QuerySet[Enrolment]":
    start = datetime.combine(day, datetime.min.time(), JAPAN)
    return Enrolment.objects.filter(
        learner=learner,
        course=course,
        completed_at__gte=start,
        completed_at__lt=start + timedelta(days=1),
    )


def _certified(learner: Learner, course: CoursePage, day: date) -> "QuerySet[Certificate]":
    """A revoked one does not count: what was issued in error may be issued rightly."""
    return Certificate.objects.filter(
        enrolment__in=_completed_on(learner, course, day),
        status__in=(Status.PENDING, Status.ISSUED),
    )


def _uncertified(issue: ManualIssue) -> "QuerySet[Enrolment]":
    completed = _completed_on(issue.learner, issue.course, issue.completed_on)
    return completed.filter(certificates=None)
