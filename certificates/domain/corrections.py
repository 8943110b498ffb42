"""A holder asks for another name, an officer decides (rule R6: a new certificate, never an altered
one)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from certificates.models import Certificate, NameCorrection
from certificates.rendering.facts import CertificateFacts
from training.domain.audit import record_audit
from training.models import Learner

from .issuing import write_row
from .notices import tell_decision
from .validity import is_expired

Decision = NameCorrection.Decision


class NotCorrectable(Exception):
    """Only a valid certificate that nothing replaces can be replaced."""


class AlreadyWaiting(Exception):
    """One request at a time."""


class AlreadyDecided(Exception):
    """Somebody else decided first, or the holder withdrew the request."""


class OwnCorrection(Exception):
    """Nobody decides about their own name."""


def is_own(*, correction: NameCorrection, user_id: int) -> bool:
    """Asked for by whoever is asked to decide, under this registration or one merged into it."""
    learner = correction.certificate.enrolment.learner
    owner = learner.merged_into if learner.merged_into_id else learner
    return owner is not None and owner.user_id == user_id


def is_correctable(*, certificate: Certificate, today: date) -> bool:
    return (
        certificate.status == Certificate.Status.ISSUED
        and not is_expired(certificate=certificate, today=today)
        and not Certificate.objects.filter(supersedes=certificate).exists()
    )


def request_correction(
    *,
    certificate_id: int,
    full_name: str,
    kana: str,
    former_name: str,
    reason: str,
    today: date,
    now: datetime,
) -> NameCorrection:
    """Raises NotCorrectable, AlreadyWaiting."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if not is_correctable(certificate=certificate, today=today):
        raise NotCorrectable
    try:
        with transaction.atomic():
            return NameCorrection.objects.create(
                certificate=certificate,
                full_name=full_name,
                kana=kana,
                former_name=former_name,
                reason=reason,
                requested_at=now,
            )
    except IntegrityError as error:
        raise AlreadyWaiting from error


def withdraw_correction(*, certificate_id: int, now: datetime) -> None:
    """The holder's, before anybody has decided. Raises AlreadyDecided."""
    waiting = NameCorrection.objects.filter(
        certificate_id=certificate_id, decision=Decision.WAITING
    )
    if not waiting.update(decision=Decision.WITHDRAWN, decided_at=now):
        raise AlreadyDecided


def _decide(
    correction_id: int, decision: Decision, actor_id: int, note: str, now: datetime
) -> NameCorrection:
    waiting = NameCorrection.objects.filter(pk=correction_id, decision=Decision.WAITING)
    if not waiting.update(
        decision=decision, decided_by=actor_id, decided_at=now, decision_note=note
    ):
        raise AlreadyDecided
    correction = NameCorrection.objects.select_related(
        "certificate__enrolment__learner__user",
        "certificate__enrolment__learner__merged_into__user",
    ).get(pk=correction_id)
    if is_own(correction=correction, user_id=actor_id):
        raise OwnCorrection
    record_audit(
        action=f"correction.{decision.value}",
        actor=actor_id,
        at=now,
        subject=correction,
        reason=note,
    )
    tell_decision(correction=correction, now=now)
    return correction


def approve_correction(
    *, correction_id: int, actor_id: int, note: str, today: date, now: datetime
) -> Certificate:
    """Write the certificate that will supersede the old one as soon as it is printed, and take the
    name into the learner's record. Raises AlreadyDecided, OwnCorrection, NotCorrectable."""
    with transaction.atomic():
        correction = _decide(correction_id, Decision.APPROVED, actor_id, note, now)
        old = (
            Certificate.objects.select_for_update(of=("self",), no_key=True)
            .select_related("enrolment__learner", "template")
            .get(pk=correction.certificate_id)
        )
        learner = old.enrolment.learner
        if learner.erased_at or not is_correctable(certificate=old, today=today):
            raise NotCorrectable
        names = {"full_name": correction.full_name, "former_name": correction.former_name}
        facts = CertificateFacts.from_json(old.facts)
        new = write_row(
            enrolment=old.enrolment,
            template=old.template,
            now=now,
            supersedes=old,
            facts={
                "course_title": facts.course_title,
                "study_minutes": facts.study_minutes,
                "completed_on": facts.completed_on,
                # Another name is no reason to be valid longer.
                "expires_on": facts.expires_on,
                **names,
            },
        )
        # Never back into a row that was erased.
        rows = Learner.objects.filter(pk=learner.merged_into_id or learner.pk, erased_at=None)
        rows.update(kana=correction.kana, **names)
        return new


def refuse_correction(*, correction_id: int, actor_id: int, note: str, now: datetime) -> None:
    """`note` is shown to the holder. Raises AlreadyDecided, OwnCorrection."""
    with transaction.atomic():
        _decide(correction_id, Decision.REFUSED, actor_id, note, now)


def find_correctable(*, learner_id: int, today: date) -> list[Certificate]:
    """Those whose holder may ask for another name now; one statement."""
    valid = Certificate.objects.valid(today=today)
    valid = valid.filter(enrolment__learner=learner_id, superseded_by=None)
    waiting = NameCorrection.objects.filter(certificate=OuterRef("pk"), decision=Decision.WAITING)
    return list(valid.filter(~Exists(waiting)).order_by("pk"))
