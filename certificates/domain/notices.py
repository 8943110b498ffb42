"""What a holder is told by mail, queued in the transaction of what it tells."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from certificates.conf import base_url
from certificates.models import Certificate, NameCorrection
from training.domain.mails import queue_mail
from training.models import Learner


def tell_ready(*, certificate: Certificate, now: datetime) -> None:
    _tell(
        certificate,
        key=f"certificate-ready-{certificate.pk}",
        template="certificates/mail/ready.txt",
        context={"is_replacement": certificate.supersedes_id is not None},
        now=now,
        # Ten thousand may be issued at once; the sweep sends them all.
        at_once=False,
    )


def tell_decision(*, correction: NameCorrection, now: datetime) -> None:
    _tell(
        correction.certificate,
        key=f"name-correction-{correction.pk}",
        template="certificates/mail/decided.txt",
        context={
            "is_approved": correction.decision == NameCorrection.Decision.APPROVED,
            "note": correction.decision_note,
        },
        now=now,
    )


def _tell(certificate: Certificate, *, context: dict[str, Any], **mail: Any) -> None:
    if address := _address_of(certificate.enrolment.learner):
        url = base_url() + reverse("certificates:detail", args=[certificate.pk])
        queue_mail(to=address, context=context | {"url": url}, **mail)


def _address_of(learner: Learner) -> str:
    """Empty for whoever has no account any more."""
    user = (learner.merged_into or learner).user
    if user is None or not user.is_active:
        return ""
    return str(getattr(user, user.get_email_field_name()) or "")
