"""What a holder sees of a certificate and may do with it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from certificates.models import Certificate, NameCorrection
from training.models import Enrolment

from .corrections import is_correctable
from .validity import is_expired, is_renewable


@dataclass(frozen=True)
class Holding:
    """`state` is the certificate's status, or "expired". `successor` is the one that supersedes
    this, maybe still being prepared; `correction` the holder's latest request for this one, or the
    one that led to it; `renewal` the enrolment that came after this one's."""

    state: str
    predecessor: Certificate | None
    successor: Certificate | None
    correction: NameCorrection | None
    renewal: Enrolment | None
    can_correct: bool
    can_renew: bool


def pretend_certificate(enrolment: Enrolment, is_ready: bool) -> None:
    """For an editor's preview of a completed course, with nothing stored: see certificates_tags."""
    certificate = Certificate(pk=0, status=Certificate.Status.PENDING)
    if is_ready:
        certificate.status, certificate.sha256 = Certificate.Status.ISSUED, "0" * 64
    # The template tags keep them there, which its class does not know.
    vars(enrolment.learner).update(
        latest_certificates={enrolment.pk: certificate}, latest_corrections={}
    )


def read_holding(*, certificate: Certificate, today: date) -> Holding:
    is_over = certificate.status == Certificate.Status.ISSUED and is_expired(
        certificate=certificate, today=today
    )
    led_here = Q(certificate=certificate.supersedes_id, decision=NameCorrection.Decision.APPROVED)
    correction = (
        NameCorrection.objects.filter(Q(certificate=certificate) | led_here)
        .order_by("-requested_at", "-pk")
        .first()
    )
    is_waiting = correction and correction.decision == NameCorrection.Decision.WAITING
    can_renew = is_renewable(certificate=certificate, today=today)
    renewal = None
    if can_renew:
        enrolment = certificate.enrolment
        renewal = (
            Enrolment.objects.filter(
                learner_id=enrolment.learner_id,
                course_id=enrolment.course_id,
                withdrawn_at=None,
                pk__gt=enrolment.pk,
            )
            .order_by("-enrolled_at")
            .first()
        )
    return Holding(
        state="expired" if is_over else certificate.status,
        predecessor=certificate.supersedes,
        successor=Certificate.objects.filter(supersedes=certificate).first(),
        correction=correction,
        renewal=renewal,
        can_correct=not is_waiting and is_correctable(certificate=certificate, today=today),
        can_renew=can_renew,
    )
