"""Reading the audit log: nobody writes in it but domain/audit.py."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from training.clock import JAPAN
from training.models import AuditEntry
from training.seams import audit_actions

from .audit import record_audit


@dataclass(frozen=True)
class Search:
    """Everything may be left out. `subject` is "app.model", "app.model:pk" or a primary key."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    body: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def asked(self) -> dict[str, str]:
        """For the entry that says who exported what: no address is among it."""
        names = ("action", "subject", "body", "first", "last")
        found = {name: getattr(self, name) for name in names}
        return {name: str(value) for name, value in found.items() if value} | (
            {"actor": "1"} if self.actor else {}
        )


def find_entries(*, search: Search) -> "QuerySet[AuditEntry]":
    """The newest first."""
    entries = AuditEntry.objects.select_related("actor", "local_government__prefecture")
    if search.actor:
        entries = entries.filter(actor__email__icontains=search.actor)
    if search.action:
        entries = entries.filter(action=search.action)
    if search.subject:
        kind, _colon, key = search.subject.lower().rpartition(":")
        is_kind = "." in key
        entries = entries.filter(
            Q(object_type=key) if is_kind else Q(object_id=key),
            **({"object_type": kind} if kind else {}),
        )
    for word in search.body.split():
        entries = entries.filter(
            Q(local_government__name__icontains=word)
            | Q(local_government__prefecture__name__icontains=word)
            | Q(local_government=word)
        )
    if search.first:
        entries = entries.filter(at__gte=datetime.combine(search.first, time.min, JAPAN))
    if search.last:
        after = search.last + timedelta(days=1)
        entries = entries.filter(at__lt=datetime.combine(after, time.min, JAPAN))
    return entries.order_by("-id")


def export_entries(*, search: Search, kind: str, actor: Any, now: datetime) -> Iterator[list[str]]:
    """A heading and a row for each entry there is now; the export is recorded before the first."""
    entries = find_entries(search=search)
    with transaction.atomic():
        details = search.asked | {"rows": entries.count(), "kind": kind}
        own = record_audit(action="audit.export", actor=actor, at=now, details=details)
    return _write(entries.filter(pk__lt=own.pk).iterator(chunk_size=1000))


def _write(entries: Iterable[AuditEntry]) -> Iterator[list[str]]:
    yield [
        _("Number"),
        _("When"),
        _("Who"),
        _("What was done"),
        _("Name of the action"),
        _("Kind of object"),
        _("Object"),
        _("Local government"),
        _("Reason"),
        _("Details"),
    ]
    for entry in entries:
        yield [
            str(entry.pk),
            f"{entry.at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}",
            entry.actor.email if entry.actor else "",
            entry.action_text,
            entry.action,
            entry.object_type,
            entry.object_id,
            str(entry.local_government or ""),
            entry.reason,
            write_details(entry=entry),
        ]


def write_details(*, entry: AuditEntry) -> str:
    return ", ".join(f"{name}: {value}" for name, value in entry.details.items())


def list_actions() -> list[tuple[str, str]]:
    return sorted(((name, str(text)) for name, text in audit_actions.items()), key=lambda p: p[1])
