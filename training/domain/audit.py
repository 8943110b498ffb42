"""Who did what: written in the transaction of the deed, neither is there without the other."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from training.models import AuditEntry, LocalGovernment


def record_audit(
    *,
    action: str,
    actor: Any,
    at: datetime,
    subject: Model | None = None,
    local_government: LocalGovernment | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """`action` is a name in training.seams.audit_actions; `actor` a user or its id, None for the
    system.

    `details` holds counts, dates and states, never names or addresses. Call it inside `atomic`.
    """
    return AuditEntry.objects.create(
        at=at,
        actor_id=getattr(actor, "pk", actor),
        action=action,
        object_type=subject._meta.label_lower if subject else "",
        object_id=str(subject.pk) if subject else "",
        local_government=local_government,
        reason=reason,
        details=details or {},
    )
