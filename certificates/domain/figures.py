"""What certificates add to the figures of training (training.seams)."""

from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, F, Min, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import TruncMonth

from certificates.models import Certificate
from training.clock import JAPAN

Status = Certificate.Status


def certified_enrolments() -> QuerySet[Certificate, Any]:
    """Those with a certificate that was neither revoked nor is still being prepared. A corrected
    name changes nothing about when its holder was certified."""
    first = Certificate.objects.filter(enrolment=OuterRef("enrolment"), supersedes=None)
    return (
        Certificate.objects.filter(status=Status.ISSUED)
        .annotate(
            certified_at=Case(
                When(supersedes=None, then=F("issued_at")),
                default=Subquery(first.values("issued_at")[:1]),
            ),
            valid_until=F("expires_on"),
        )
        .values("enrolment_id", "certified_at", "valid_until")
    )


def _count(rows: QuerySet[Certificate], field: str) -> dict[date, int]:
    months = TruncMonth(field) if field == "expires_on" else TruncMonth(field, tzinfo=JAPAN)
    counts = rows.order_by().annotate(figure_month=months).values_list("figure_month")
    return {
        month.date() if isinstance(month, datetime) else month: count
        for month, count in counts.annotate(Count("pk"))
    }


def count_issued(now: datetime) -> dict[date, int]:
    """Papers by the month they were issued in, corrected ones among them."""
    return _count(Certificate.objects.filter(issued_at__isnull=False), "issued_at")


def count_revoked(now: datetime) -> dict[date, int]:
    return _count(Certificate.objects.filter(status=Status.REVOKED), "revoked_at")


def count_expiring(now: datetime) -> dict[date, int]:
    """By the month of their last day, past and to come."""
    return _count(
        Certificate.objects.filter(status=Status.ISSUED, expires_on__isnull=False), "expires_on"
    )


def find_waiting() -> tuple[int, datetime | None]:
    """Certificates that wait to be printed, and since when the oldest does."""
    waiting = Certificate.objects.filter(status=Status.PENDING)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("created_at"))
    return found["count"], found["oldest"]
