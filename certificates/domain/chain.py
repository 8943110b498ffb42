"""The register's chain: each line holds the hash of the one before (修了原簿)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction

from certificates.models import Certificate, RegisterEntry

GENESIS = "0" * 64


def write_canonical(value: Any) -> bytes:
    """One JSON text per value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def digest_facts(facts: dict[str, Any]) -> str:
    """Stands for the facts in the register. The random code is one of them, so that nobody finds a
    name by trying names."""
    return hashlib.sha256(write_canonical(facts)).hexdigest()


def write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def hash_entry(*, sequence: int, previous_hash: str, content: dict[str, Any]) -> str:
    line = {"sequence": sequence, "previous_hash": previous_hash, "content": content}
    return hashlib.sha256(write_canonical(line)).hexdigest()


def append_entry(
    *,
    certificate: Certificate,
    event: str,
    at: datetime,
    actor_id: int | None = None,
    **more: str | bool,
) -> RegisterEntry:
    """Call it last in the transaction of the change that it records: everybody who adds to the
    register waits until that transaction ends."""
    content = {
        "event": event,
        "number": certificate.number_text,
        "facts_sha256": digest_facts(certificate.facts),
        "file_sha256": certificate.sha256,
        "at": write_moment(at),
        "actor": actor_id,
        **more,
    }
    try:
        with transaction.atomic():
            return _append(certificate, event, at, content)
    except IntegrityError:
        # The very first entry is the lock, and somebody else wrote it just now.
        return _append(certificate, event, at, content)


def _append(
    certificate: Certificate, event: str, at: datetime, content: dict[str, Any]
) -> RegisterEntry:
    # The first row's lock is the register's. The last one's would not do: whoever waited for it
    # would see the entry that was the last before.
    first = RegisterEntry.objects.select_for_update(no_key=True).filter(sequence=1).first()
    # Without the lock nothing but the first entry may be written.
    last = first and RegisterEntry.objects.order_by("-sequence").first()
    sequence = last.sequence + 1 if last else 1
    previous = last.hash if last else GENESIS
    return RegisterEntry.objects.create(
        sequence=sequence,
        certificate=certificate,
        event=event,
        at=at,
        content=content,
        previous_hash=previous,
        hash=hash_entry(sequence=sequence, previous_hash=previous, content=content),
    )


@dataclass
class Head:
    """How far the chain was read."""

    count: int = 0
    hash: str = GENESIS


def find_breaks(*, head: Head) -> Iterator[str]:
    """Walk the whole chain and say in words what is wrong with it; `head` tells how far it went."""
    entries = RegisterEntry.objects.select_related("certificate").order_by("sequence")
    for entry in entries.iterator(chunk_size=2000):
        expected = head.count + 1
        if entry.sequence != expected:
            yield f"entry {expected} is missing: the one after {head.count} is {entry.sequence}"
        if entry.previous_hash != head.hash:
            yield f"entry {entry.sequence} does not follow the one before it"
        content = entry.content
        if entry.hash != hash_entry(
            sequence=entry.sequence, previous_hash=entry.previous_hash, content=content
        ):
            yield f"entry {entry.sequence} was altered: its hash is another"
        yield from _find_differences(entry)
        head.count, head.hash = entry.sequence, entry.hash


def _find_differences(entry: RegisterEntry) -> Iterator[str]:
    certificate, content = entry.certificate, entry.content
    shown = {
        "event": entry.event,
        "at": write_moment(entry.at),
        "number": certificate.number_text,
        "facts_sha256": digest_facts(certificate.facts),
        "file_sha256": certificate.sha256,
    }
    for name, value in shown.items():
        if content.get(name) != value:
            yield f"entry {entry.sequence} ({content.get('number')}): {name} differs from the row"
