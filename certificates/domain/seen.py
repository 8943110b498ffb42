"""What training shows a body of certificates; training knows none itself (training.seams)."""

from collections.abc import Collection
from datetime import date

from django.db.models.fields.json import KT
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from certificates.models import Certificate
from training.clock import JAPAN, write_day
from training.seams import CertificateSeen

Status = Certificate.Status


def read_seen(
    enrolment_ids: Collection[int], today: date
) -> dict[int, tuple[CertificateSeen, ...]]:
    """The latest of each enrolment; what was superseded is its holder's history."""
    if not enrolment_ids:
        return {}
    rows = (
        Certificate.objects.filter(enrolment__in=enrolment_ids)
        .exclude(status=Status.SUPERSEDED)
        .order_by("pk")
        .values_list(
            "enrolment_id",
            KT("facts__number"),
            "status",
            TruncDate("issued_at", tzinfo=JAPAN),
            "expires_on",
        )
    )
    found: dict[int, tuple[CertificateSeen, ...]] = {}
    # Words for few different days: to write one takes longer than to read a row.
    told: dict[tuple[str, date | None], str] = {}
    for enrolment_id, number, status, issued_on, expires_on in rows:
        is_valid = status == Status.ISSUED and (expires_on is None or expires_on >= today)
        key = (status, expires_on)
        if key not in told:
            told[key] = _name_state(status, expires_on, is_valid)
        seen = CertificateSeen(
            number=number,
            state=told[key],
            is_valid=is_valid,
            issued_on=issued_on,
            expires_on=expires_on,
        )
        found[enrolment_id] = (seen,)
    return found


def _name_state(status: str, expires_on: date | None, is_valid: bool) -> str:
    if status == Status.PENDING:
        return _("Certificate is being prepared")
    if status == Status.REVOKED:
        return _("Certificate has been revoked")
    if not is_valid:
        return _("Certificate has expired")
    if expires_on is None:
        return _("Certificate is valid")
    return _("Certificate is valid until %(day)s") % {"day": write_day(expires_on)}
