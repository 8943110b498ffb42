"""What training asks of this app about a person: what is held, what an erasure does, how long
things are kept."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from certificates.conf import OFFER_TEXT_DAYS
from certificates.models import (
    BulkVerification,
    Certificate,
    NameCorrection,
    OfferBlock,
    OfferMessage,
    TeachingOffer,
)
from training.models import Enrolment
from training.seams import DataPart, KeptClass

from .issuing import NoTemplate, request_certificate
from .lists import delete_expired
from .offer_messages import find_old_texts, forget_texts

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
            "kana": each.kana,
            "former_name": each.former_name,
            "reason": each.reason,
            "requested_at": each.requested_at,
            "decision": each.get_decision_display(),
            "note": each.decision_note,
        }
        for each in rows
    ]


def _read_offers(ids: list[int]) -> list[dict[str, Any]]:
    offers = TeachingOffer.objects.filter(learner__in=ids).order_by("pk")
    return [
        {
            "text": each.text,
            "name_shown": each.get_name_shown_display(),
            "areas": "、".join(str(area) for area in each.areas.all()),
            "changed_at": each.changed_at,
        }
        for each in offers.prefetch_related("areas__prefecture")
    ]


def _read_messages(ids: list[int]) -> list[dict[str, Any]]:
    rows = OfferMessage.objects.filter(learner__in=ids).order_by("pk")
    return [
        {
            "body": str(each.local_government),
            "sent_at": each.sent_at,
            "text": each.text,
            "report": each.report,
        }
        for each in rows.select_related("local_government__prefecture")
    ]


def _read_blocks(ids: list[int]) -> list[dict[str, Any]]:
    rows = OfferBlock.objects.filter(learner__in=ids).order_by("pk")
    return [
        {"body": str(each.local_government), "blocked_at": each.blocked_at}
        for each in rows.select_related("local_government__prefecture")
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
            "kana": _("Reading (katakana)"),
            "former_name": _("Former family name"),
            "reason": _("Reason"),
            "requested_at": _("Requested at"),
            "decision": _("Decision"),
            "note": _("Answer to the request"),
        },
        _read_corrections,
    ),
    DataPart(
        "teaching_offer",
        _("Your offer to teach"),
        {
            "text": _("What you offer"),
            "name_shown": _("Name shown"),
            "areas": _("Areas"),
            "changed_at": _("Changed at"),
        },
        _read_offers,
    ),
    DataPart(
        "offer_messages",
        _("Messages of local governments to you"),
        {
            "body": _("Local government"),
            "sent_at": _("Sent at"),
            "text": _("Text"),
            "report": _("What you reported"),
        },
        _read_messages,
    ),
    DataPart(
        "offer_blocks",
        _("Local governments that may not write to you"),
        {"body": _("Local government"), "blocked_at": _("Blocked at")},
        _read_blocks,
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
    requests.update(full_name="", kana="", former_name="", reason="", decision_note="")
    TeachingOffer.objects.filter(learner=learner_id).delete()
    OfferBlock.objects.filter(learner=learner_id).delete()
    OfferMessage.objects.filter(learner=learner_id).update(text="", report="")


def merge_learners(from_id: int, into_id: int) -> None:
    """Certificates follow their enrolments. Of two offers to teach that of the one kept stays."""
    if TeachingOffer.objects.filter(learner=into_id).exists():
        TeachingOffer.objects.filter(learner=from_id).delete()
    TeachingOffer.objects.filter(learner=from_id).update(learner=into_id)
    OfferMessage.objects.filter(learner=from_id).update(learner=into_id)
    known = OfferBlock.objects.filter(learner=into_id).values_list("local_government", flat=True)
    OfferBlock.objects.filter(learner=from_id, local_government__in=list(known)).delete()
    OfferBlock.objects.filter(learner=from_id).update(learner=into_id)


KEPT_CLASSES = [
    KeptClass(
        "bulk_verifications",
        _("Lists of certificates sent by municipalities (past their day)"),
        0,
        lambda before: BulkVerification.objects.filter(expires_at__lte=before).count(),
        lambda before, now: delete_expired(now=before),
    ),
    KeptClass(
        "offer_texts",
        _("Texts of messages to learners who offer to teach"),
        OFFER_TEXT_DAYS,
        lambda before: find_old_texts(before=before).count(),
        lambda before, now: forget_texts(before=before),
    ),
]
