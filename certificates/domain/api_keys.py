"""Keys of the API: a municipality's, shown once, known by their hash."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from certificates.models import ApiKey
from training.domain.audit import record_audit
from training.models import LocalGovernment

PREFIX_LENGTH = 8
USE_NOTED_EVERY = timedelta(hours=1)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_key(
    *, local_government: LocalGovernment, label: str, now: datetime, actor: Any = None
) -> tuple[ApiKey, str]:
    """The row, and the token that nobody can read again."""
    prefix = secrets.token_hex(PREFIX_LENGTH // 2)
    token = f"{prefix}.{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            local_government=local_government,
            label=label,
            prefix=prefix,
            sha256=_hash(token),
            created_at=now,
        )
        _record("api_key.make", key, actor, now)
    return key, token


def find_key(*, token: str, now: datetime) -> ApiKey | None:
    """The key, unless it was revoked; notes at most once an hour that it was used."""
    prefix, found = token.partition(".")[0], None
    for key in ApiKey.objects.filter(prefix=prefix, revoked_at=None):
        if hmac.compare_digest(key.sha256, _hash(token)):
            found = key
    # Asked here too, so that most requests write nothing.
    if found and (found.last_used_at is None or found.last_used_at < now - USE_NOTED_EVERY):
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=found.pk).update(last_used_at=now)
    return found


def revoke_key(*, key_id: int, now: datetime, actor: Any = None) -> bool:
    """Once; True if this call did. Its webhooks end with it."""
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now):
            return False
        key = ApiKey.objects.select_related("local_government").get(pk=key_id)
        _record("api_key.revoke", key, actor, now)
    return True


def _record(action: str, key: ApiKey, actor: Any, now: datetime) -> None:
    record_audit(
        action=action, actor=actor, at=now, subject=key, local_government=key.local_government
    )
