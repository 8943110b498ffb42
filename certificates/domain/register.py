"""What happens to a certificate after it was issued."""

from datetime import datetime

from certificates.models import Certificate


class NotIssued(Exception):
    """Only an issued certificate can be revoked."""


def revoke_certificate(*, certificate_id: int, reason: str, now: datetime) -> None:
    """Revoke once; the row, its number and its file stay. Raises NotIssued."""
    revoked = Certificate.objects.filter(
        pk=certificate_id, status=Certificate.Status.ISSUED
    ).update(status=Certificate.Status.REVOKED, revoked_at=now, revocation_reason=reason)
    if not revoked:
        raise NotIssued
