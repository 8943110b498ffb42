"""A registration under way: what was typed is kept as it was typed, step by step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from training.models import RegistrationDraft, evidence_storage

from .evidence import StoredFile

STEPS = ("purpose", "name", "affiliation")
# More than any field takes; an error can be shown with what caused it.
LONGEST = 1000


def read_draft(*, user: Any) -> dict[str, Any]:
    """Field names and what was typed; empty for somebody who begins."""
    draft = RegistrationDraft.objects.filter(user=user).first()
    return draft.data if draft else {}


def save_draft(*, user: Any, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Take over some fields, keep the others. Returns all."""
    with transaction.atomic():
        draft, _is_new = RegistrationDraft.objects.select_for_update().get_or_create(
            user=user, defaults={"updated_at": now}
        )
        draft.data |= {name: _storable(value) for name, value in fields.items()}
        draft.updated_at = now
        draft.save(update_fields=["data", "updated_at"])
        return dict(draft.data)


def keep_file(*, user: Any, stored: StoredFile, now: datetime) -> None:
    """A form that comes back with an error has lost its file: here it is not lost."""
    former = find_file(data=read_draft(user=user))
    kept = {"path": stored.path, "name": stored.name}
    save_draft(user=user, fields={"evidence": kept}, now=now)
    if former and former.path != stored.path:
        evidence_storage().delete(former.path)


def find_file(*, data: Mapping[str, Any]) -> StoredFile | None:
    kept = data.get("evidence")
    return StoredFile(path=kept["path"], name=kept["name"]) if isinstance(kept, dict) else None


def drop_file(*, user: Any, now: datetime) -> None:
    kept = find_file(data=read_draft(user=user))
    if kept:
        save_draft(user=user, fields={"evidence": ""}, now=now)
        evidence_storage().delete(kept.path)


def delete_drafts(*, pks: list[int]) -> int:
    """With the files that came with them."""
    drafts = list(RegistrationDraft.objects.filter(pk__in=pks))
    for draft in drafts:
        draft.delete()
        if kept := find_file(data=draft.data):
            evidence_storage().delete(kept.path)
    return len(drafts)


def _storable(value: Any) -> Any:
    # PostgreSQL refuses NUL and half characters in JSON; no browser sends either.
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()[:LONGEST]
    return value
