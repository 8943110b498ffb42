"""Judging what strangers send. The bytes are read by a child process only, and nothing is kept."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from certificates.uploads.documents import pack
from training.sandbox import ChildFailed, run_in_child

from .codes import read_code
from .keys import find_key, trusted_certificates
from .verification import UNKNOWN, Answer, verify_sha256

# A web process has other things to do for other people.
_PLACES = BoundedSemaphore(2)


class Busy(Exception):
    """Too many uploads are being judged just now."""


class DocumentVerdict(Enum):
    ORIGINAL = "original"
    SIGNED = "signed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class DocumentAnswer:
    """`certificate` has facts for the original only. `is_demo`: signed with a key that anybody may
    have, so it proves nothing. `is_encrypted`: a password kept us from reading it."""

    verdict: DocumentVerdict
    certificate: Answer = UNKNOWN
    is_demo: bool = False
    is_encrypted: bool = False


class PhotoProblem(Exception):
    """`reason` is "no_photo", "no_code", "foreign_code" (not the address of a certificate here)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def _place() -> Iterator[None]:
    if not _PLACES.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _PLACES.release()


def judge_document(*, content: bytes, today: date) -> DocumentAnswer:
    """Two gates: the register knows the very bytes; or a key of ours signed them, which says
    nothing about what became of the certificate. Raises Busy."""
    found = verify_sha256(sha256=hashlib.sha256(content).hexdigest(), today=today)
    if found.facts:
        return DocumentAnswer(DocumentVerdict.ORIGINAL, found)
    with _place():
        try:
            judged = json.loads(
                run_in_child(
                    "certificates.uploads.documents:judge",
                    pack(content=content, certificates=trusted_certificates()),
                )
            )
        except ChildFailed:
            return DocumentAnswer(DocumentVerdict.UNCONFIRMED)
    signer = judged["fingerprint"]
    if key := signer and find_key(fingerprint=signer):
        return DocumentAnswer(DocumentVerdict.SIGNED, is_demo=key.is_demo)
    return DocumentAnswer(DocumentVerdict.UNCONFIRMED, is_encrypted=judged["is_encrypted"])


def read_photo(*, content: bytes, address: str) -> str:
    """The code in the QR code on a photographed certificate; `address` is what its own begins with.
    Raises PhotoProblem, Busy."""
    with _place():
        try:
            texts = json.loads(run_in_child("certificates.uploads.photos:read_codes", content))
        except ChildFailed:
            texts = None
    if texts is None:
        raise PhotoProblem("no_photo")
    if not texts:
        raise PhotoProblem("no_code")
    for text in texts:
        if code := read_scanned(scanned=text, address=address):
            return code
    raise PhotoProblem("foreign_code")


def read_scanned(*, scanned: str, address: str) -> str | None:
    """The code, if what was scanned is the address of a certificate here. An address that leads
    elsewhere is none, whatever code it ends with."""
    ours, theirs = urlsplit(address), urlsplit(scanned.strip())
    if (theirs.scheme, theirs.netloc.lower()) != (ours.scheme, ours.netloc.lower()):
        return None
    if not theirs.path.startswith(ours.path) or theirs.query or theirs.fragment:
        return None
    return read_code(typed=theirs.path.removeprefix(ours.path))
