"""Reading the audit log: nobody writes in it but domain/audit.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from unicodedata import normalize

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from training.clock import JAPAN
from training.models import AuditEntry
from training.seams import audit_actions

from .audit import record_audit
from .audit_words import find_objects, match_subject, name_object, write_details

CHUNK = 1000


@dataclass(frozen=True)
class Search:
    """Everything may be left out. `subject` is what audit_words.match_subject reads."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    body: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def asked(self) -> dict[str, str]:
        """For the entry that says who exported what: no address is among it."""
        # Accounts are found by their addresses among the objects, too.
        is_address = "@" in normalize("NFKC", self.subject)
        names = ("action", *([] if is_address else ["subject"]), "body", "first", "last")
        found = {name: getattr(self, name) for name in names}
        return {name: str(value) for name, value in found.items() if value} | (
            {"actor": "1"} if self.actor or is_address else {}
        )


def find_entries(*, search: Search) -> "QuerySet[AuditEntry]":
    """The newest first."""
    entries = AuditEntry.objects.select_related("actor", "local_government__prefecture")
    if search.actor:
        entries = entries.filter(actor__email__icontains=search.actor)
    if search.action:
        entries = entries.filter(action=search.action)
    if search.subject:
        entries = entries.filter(match_subject(typed=search.subject))
    if search.body:
        # In one, as the log lists it: 「山形県中山町」.
        listed = Concat("local_government__prefecture__name", "local_government__name")
        entries = entries.alias(listed=listed)
    for word in search.body.split():
        entries = entries.filter(Q(listed__icontains=word) | Q(local_government=word))
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
    return _write(entries.filter(pk__lt=own.pk).iterator(chunk_size=CHUNK))


def _write(entries: Iterator[AuditEntry]) -> Iterator[list[str]]:
    yield [
        _("Number"),
        _("When"),
        _("Who"),
        _("What was done"),
        _("Object"),
        _("Local government"),
        _("Reason"),
        _("Details"),
    ]
    while chunk := list(islice(entries, CHUNK)):
        objects = find_objects(entries=chunk)
        for entry in chunk:
            found = objects.get((entry.object_type, entry.object_id))
            yield [
                str(entry.pk),
                f"{entry.at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}",
                entry.actor.email if entry.actor else "",
                entry.action_text,
                name_object(entry=entry, found=found),
                str(entry.local_government or ""),
                entry.reason,
                write_details(entry=entry),
            ]


def list_actions() -> list[tuple[str, str]]:
    return sorted(((name, str(text)) for name, text in audit_actions.items()), key=lambda p: p[1])
