"""Documents that show an affiliation: checked by what is in them, kept under random names."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from training.models import Affiliation, Evidence, evidence_storage

MAX_MEGABYTES = 10
# Of one affiliation, those deleted by now not counted.
MAX_FILES = 10
NAME_LENGTH = 200
CONTENT_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
# A document says in its first bytes what it is; what a browser or a name says is not asked.
BEGINNINGS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


class BadEvidence(ValueError):
    """Its text tells what is wrong with the file."""


@dataclass(frozen=True)
class StoredFile:
    """A file in the storage that no Evidence row knows yet. `name` is what the learner called it,
    for showing only."""

    path: str
    name: str


def check_upload(*, upload: "File[bytes]") -> str:
    """What kind of file it is: a key of CONTENT_TYPES. Raises BadEvidence."""
    if not upload.size:
        raise BadEvidence(_("This file is empty."))
    if upload.size > MAX_MEGABYTES * 2**20:
        raise BadEvidence(_("This file is larger than %(count)s MB.") % {"count": MAX_MEGABYTES})
    upload.seek(0)
    start = upload.read(16)
    upload.seek(0)
    for beginning, kind in BEGINNINGS.items():
        if start.startswith(beginning):
            return kind
    raise BadEvidence(_("Please choose a PDF, JPEG or PNG file. This file is none of them."))


def store_upload(*, upload: "File[bytes]", name: str) -> StoredFile:
    """Raises BadEvidence. Call it outside a transaction."""
    kind = check_upload(upload=upload)
    path = evidence_storage().save(f"{secrets.token_hex(16)}.{kind}", upload)
    shown = "".join(char for char in name if char.isprintable()).strip()
    name = shown[-NAME_LENGTH:] or _("document") + f".{kind}"
    return StoredFile(path=path, name=name)


def attach(*, affiliation: Affiliation, stored: StoredFile, now: datetime) -> Evidence:
    """Raises BadEvidence where there are enough; the file is the caller's to drop then."""
    # Several sent at once wait here for each other.
    Affiliation.objects.select_for_update(no_key=True, of=("self",)).get(pk=affiliation.pk)
    if Evidence.objects.filter(affiliation=affiliation, deleted_at=None).count() >= MAX_FILES:
        raise BadEvidence(
            _(
                "There are %(count)s documents of this affiliation already, and no more are"
                " possible. Your local government can be shown others directly."
            )
            % {"count": MAX_FILES}
        )
    return Evidence.objects.create(
        affiliation=affiliation, file=stored.path, name=stored.name, uploaded_at=now
    )


def drop(*, stored: StoredFile) -> None:
    evidence_storage().delete(stored.path)


def add_evidence(
    *, affiliation: Affiliation, upload: "File[bytes]", name: str, now: datetime
) -> Evidence:
    """Raises BadEvidence."""
    stored = store_upload(upload=upload, name=name)
    try:
        with transaction.atomic():
            return attach(affiliation=affiliation, stored=stored, now=now)
    except BadEvidence:
        drop(stored=stored)
        raise


def download_name(*, evidence: Evidence) -> str:
    """What the learner called it, with the ending that its content has."""
    kind = str(evidence.file.name).rpartition(".")[2]
    name = evidence.name.replace("/", "_").replace("\\", "_")
    return name if name.lower().endswith((f".{kind}", ".jpeg")) else f"{name}.{kind}"


def content_type_of(*, evidence: Evidence) -> str:
    kind = str(evidence.file.name).rpartition(".")[2]
    return CONTENT_TYPES.get(kind, "application/octet-stream")


def delete_evidence(*, evidence: Iterable[Evidence], now: datetime) -> int:
    """The files go once the transaction around this has ended well. That a file was there stays
    known, what it was called does not."""
    doomed = list(evidence)
    Evidence.objects.filter(pk__in=[each.pk for each in doomed]).update(deleted_at=now, name="")
    for each in doomed:
        transaction.on_commit(partial(_delete_file, each.pk, each.file.name or ""), robust=True)
    return len(doomed)


def _delete_file(pk: int, path: str) -> None:
    # Until the file is gone the row names it, so that a process killed here loses no trace of it.
    if path:
        evidence_storage().delete(path)
    Evidence.objects.filter(pk=pk).update(file="")


def delete_left_behind() -> int:
    """Files of deleted evidence that a killed process left in the storage."""
    left = Evidence.objects.filter(deleted_at__isnull=False).exclude(file="")
    rows = list(left.values_list("pk", "file")[:1000])
    for pk, path in rows:
        _delete_file(pk, path)
    return len(rows)
