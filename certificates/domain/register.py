"""Issue, replacement and revocation: the row changes and the register's line are one transaction.

Rows are locked from the older certificate to the newer one and the register comes last, so that no
two of these wait for each other.
"""

from datetime import datetime
from functools import partial

from django.db import transaction

from certificates.models import Certificate, NameCorrection, RegisterEntry, certificate_storage
from training.domain.audit import record_audit

from .archive import adopt, claim_number, keep_number, keep_revocation, restore_number
from .chain import append_entry
from .notices import tell_ready
from .webhooks import queue_deliveries

Event = RegisterEntry.Event
Status = Certificate.Status


class NotIssued(Exception):
    """Only an issued certificate can be revoked."""


class _NotDue(Exception):
    """Somebody else was faster, or what it was to replace is no longer valid."""


def record_issue(*, certificate_id: int, file: str, sha256: str, now: datetime) -> bool:
    """Turn pending to issued, once, with its line in the register; what it supersedes is valid
    until then. True if this call did it. If another file was printed first, that one is issued.
    Raises NumberTaken."""
    certificate = _read(certificate_id)
    if certificate.status != Status.PENDING:
        _give_way(certificate, file)
        return False
    known = claim_number(certificate=certificate)
    if known is None and certificate.sha256 != sha256:
        # Another worker is at it: the row's facts and keys are those of its file.
        return False
    certificate.file, certificate.sha256, certificate.issued_at = file, sha256, now
    adopt(marker=known or keep_number(certificate=certificate), certificate=certificate)
    try:
        with transaction.atomic():
            _issue(certificate, now)
    except _NotDue:
        _give_way(_read(certificate_id), file)
        return False
    if certificate.file.name != file:
        _give_way(certificate, file)
    return True


def _read(certificate_id: int) -> Certificate:
    return Certificate.objects.select_related(
        "supersedes",
        "enrolment__learner__user",
        "enrolment__learner__merged_into__user",
        "enrolment__version",
        "signing_key",
        "credential_key",
    ).get(pk=certificate_id)


def _give_way(certificate: Certificate, file: str) -> None:
    """To whoever was first: the archive says what the row says, and our file is not kept. While
    the row is pending, somebody may still be about to issue with it."""
    if not certificate.file.name:
        return
    restore_number(certificate=certificate)
    if not Certificate.objects.filter(file=file).exists():
        certificate_storage().delete(file)


def _issue(certificate: Certificate, now: datetime) -> None:
    old = certificate.supersedes
    if old and not Certificate.objects.filter(pk=old.pk, status=Status.ISSUED).update(
        status=Status.SUPERSEDED
    ):
        raise _NotDue
    issued = Certificate.objects.filter(pk=certificate.pk, status=Status.PENDING).update(
        status=Status.ISSUED,
        issued_at=certificate.issued_at,
        facts=certificate.facts,
        file=certificate.file.name,
        sha256=certificate.sha256,
        signing_key=certificate.signing_key,
        credential_key=certificate.credential_key,
        lease_until=None,
    )
    if not issued:
        raise _NotDue
    tell_ready(certificate=certificate, now=now)
    actor = _find_approver(old) if old else None
    more = {"supersedes": old.number_text} if old else {}
    append_entry(certificate=certificate, event=Event.ISSUED, at=now, actor_id=actor, **more)
    record_audit(
        action="certificate.issue", actor=actor, at=now, subject=certificate, details=dict(more)
    )
    if old:
        record_audit(
            action="certificate.supersede",
            actor=actor,
            at=now,
            subject=old,
            details={"superseded_by": certificate.number_text},
        )
        entry = append_entry(
            certificate=old,
            event=Event.SUPERSEDED,
            at=now,
            actor_id=actor,
            superseded_by=certificate.number_text,
        )
        queue_deliveries(entry=entry, now=now)


def _find_approver(old: Certificate) -> int | None:
    approved = NameCorrection.objects.filter(
        certificate=old, decision=NameCorrection.Decision.APPROVED
    )
    return approved.values_list("decided_by_id", flat=True).first()


def revoke_certificate(
    *,
    certificate_id: int,
    reason_class: Certificate.RevocationClass,
    reason: str,
    now: datetime,
    actor_id: int | None = None,
) -> None:
    """Revoke once; the row, its number and its file stay. One that was to replace it is not issued
    any more. Raises NotIssued."""
    changes = {
        "status": Status.REVOKED,
        "revoked_at": now,
        "revocation_class": reason_class,
        "revocation_reason": reason,
    }
    with transaction.atomic():
        if not Certificate.objects.filter(pk=certificate_id, status=Status.ISSUED).update(
            **changes
        ):
            raise NotIssued
        # Nobody issues these meanwhile: that would begin with the row that is locked above.
        waiting = Certificate.objects.filter(supersedes=certificate_id, status=Status.PENDING)
        ended = [certificate_id, *waiting.values_list("pk", flat=True)]
        waiting.update(**changes, lease_until=None)
        for certificate in Certificate.objects.filter(pk__in=ended).order_by("pk"):
            entry = append_entry(
                certificate=certificate,
                event=Event.REVOKED,
                at=now,
                actor_id=actor_id,
                reason_class=reason_class.value,
            )
            record_audit(
                action="certificate.revoke",
                actor=actor_id,
                at=now,
                subject=certificate,
                reason=reason,
                details={"class": reason_class.value},
            )
            queue_deliveries(entry=entry, now=now)
            # The archive must know: a restored database would call it valid again.
            transaction.on_commit(partial(keep_revocation, certificate=certificate), robust=True)
