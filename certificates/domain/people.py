"""What training asks of this app about a person: what is held, what an erasure does, how long
things are kept."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from certificates.models import BulkVerification, Certificate, NameCorrection
from training.conf import DataPart, KeptClass
from training.models import Enrolment

from .issuing import NoTemplate, request_certificate
from .lists import delete_expired

Decision = NameCorrection.Decision


def _read_certificates(ids: list[int]) -> list[dict[str, Any]]:
    rows = Certificate.objects.filter(enrolment__learner__in=ids).order_by("pk")
    return [
        {
            "number": each.number_text,
            "full_name": each.facts["full_name"],
            "course": each.facts["course_title"],
            "issued_at": each.issued_at,
            "expires_on": each.expires_on,
            "status": each.get_status_display(),
        }
        for each in rows
    ]


def _certificate_files(ids: list[int]) -> Iterator[tuple[str, bytes]]:
    rows = Certificate.objects.filter(enrolment__learner__in=ids).exclude(file="").order_by("pk")
    for each in rows:
        with suppress(FileNotFoundError), each.file.open("rb") as file:
            yield f"certificates/{each.fiscal_year}-{each.number:06d}.pdf", file.read()


def _read_corrections(ids: list[int]) -> list[dict[str, Any]]:
    rows = NameCorrection.objects.filter(certificate__enrolment__learner__in=ids).order_by("pk")
    return [
        {
            "full_name": each.full_name,
            "former_name": each.former_name,
            "reason": each.reason,
            "requested_at": each.requested_at,
            "decision": each.get_decision_display(),
            "note": each.decision_note,
        }
        for each in rows
    ]


DATA_PARTS = [
    DataPart(
        "certificates",
        _("Certificates"),
        {
            "number": _("Certificate number"),
            "full_name": _("Name printed on it"),
            "course": _("Course"),
            "issued_at": _("Issued at"),
            "expires_on": _("Valid until"),
            "status": _("State"),
        },
        _read_certificates,
        files=_certificate_files,
    ),
    DataPart(
        "name_corrections",
        _("Requests for another name on a certificate"),
        {
            "full_name": _("Full name"),
            "former_name": _("Former family name"),
            "reason": _("Reason"),
            "requested_at": _("Requested at"),
            "decision": _("Decision"),
            "note": _("Answer to the request"),
        },
        _read_corrections,
    ),
]


def erase_learner(learner_id: int, now: datetime) -> None:
    """Certificates and register stay as they are (R6). One that was earned and has no row yet gets
    it now, while there is a name to print; requests are closed and lose what was typed."""
    certified = Certificate.objects.filter(enrolment__learner=learner_id)
    earned = Enrolment.objects.completed().filter(learner=learner_id)
    for pk in earned.exclude(pk__in=certified.values("enrolment")).values_list("pk", flat=True):
        # Without a template nothing can be issued, and later there is no name.
        with suppress(NoTemplate):
            request_certificate(enrolment_id=pk, now=now)
    requests = NameCorrection.objects.filter(certificate__enrolment__learner=learner_id)
    requests.filter(decision=Decision.WAITING).update(decision=Decision.REFUSED, decided_at=now)
    requests.update(full_name="", former_name="", reason="", decision_note="")


KEPT_CLASSES = [
    KeptClass(
        "bulk_verifications",
        _("Lists of certificates sent by municipalities (past their day)"),
        0,
        lambda before: BulkVerification.objects.filter(expires_at__lte=before).count(),
        lambda before, now: delete_expired(now=before),
    ),
]
