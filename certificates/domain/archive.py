"""What the storage of the PDFs remembers beside them, so that a database restored from an older
backup neither gives a printed number again nor calls a revoked certificate valid.

`numbers/<fiscal year>/<symbol or _>/<number>` holds what a certificate's row is rebuilt from,
`keys/<name>.json` the public part of a key that signed.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from django.core.files.base import ContentFile

from certificates.models import Certificate, SigningKey, certificate_storage
from certificates.storage import DurableFileSystemStorage

ROOT = "numbers"
REVOKED = ".revoked"
KEYS = "keys"


class NumberTaken(Exception):
    """The archive knows this number with another code: the database is older than the archive."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"{number} was printed already: the database is older than the archive. "
            "Run: manage.py register recover"
        )


@dataclass(frozen=True, kw_only=True)
class Marker:
    """A printed number. `id` is the certificate's place in the list of revocations, which its badge
    points at. `enrolment` and `learner` say how to find those rows again: ids alone may
    be given to others after a restore, so a moment goes with each."""

    id: int
    symbol: str
    fiscal_year: int
    number: int
    code: str
    facts: dict[str, Any]
    file: str
    sha256: str
    created_at: str
    issued_at: str
    expires_on: str | None
    supersedes: str
    template_id: int
    signing_key: str
    credential_key: str
    enrolment: dict[str, Any]
    learner: dict[str, Any]

    @classmethod
    def of(cls, certificate: Certificate) -> Self:
        """The certificate as it is issued, its file included."""
        enrolment, learner = certificate.enrolment, certificate.enrolment.learner
        return cls(
            id=certificate.pk,
            symbol=certificate.symbol,
            fiscal_year=certificate.fiscal_year,
            number=certificate.number,
            code=certificate.code,
            facts=certificate.facts,
            file=certificate.file.name or "",
            sha256=certificate.sha256,
            created_at=_moment(certificate.created_at),
            issued_at=_moment(certificate.issued_at),
            expires_on=certificate.expires_on.isoformat() if certificate.expires_on else None,
            supersedes=certificate.supersedes.code if certificate.supersedes else "",
            template_id=certificate.template_id,
            signing_key=certificate.signing_key.name if certificate.signing_key else "",
            credential_key=certificate.credential_key.name if certificate.credential_key else "",
            enrolment={
                "id": enrolment.pk,
                "enrolled_at": _moment(enrolment.enrolled_at),
                "completed_at": _moment(enrolment.completed_at),
                "course_id": enrolment.course_id,
                "version": enrolment.version.number,
            },
            learner={
                "id": learner.pk,
                "registered_at": _moment(learner.registered_at),
                "kana": learner.kana,
            },
        )


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def read_moment(text: str) -> datetime:
    """Raises ValueError."""
    return datetime.fromisoformat(text)


def _path(symbol: str, year: int, number: int) -> str:
    # No part of a path is empty, a dot or two, or the stand-in for "no symbol".
    folder = quote(symbol, safe="").replace(".", "%2E").replace("_", "%5F") or "_"
    return f"{ROOT}/{year}/{folder}/{number}"


def path_of(certificate: Certificate) -> str:
    return _path(certificate.symbol, certificate.fiscal_year, certificate.number)


def _read(name: str) -> Any:
    with certificate_storage().open(name) as file:
        return json.loads(file.read())


def _write(name: str, value: dict[str, Any]) -> None:
    storage = certificate_storage()
    content = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    if isinstance(storage, DurableFileSystemStorage):
        storage.replace(name, ContentFile(content))
        return
    saved = storage.save(name, ContentFile(content))
    if saved != name:
        # A storage that never overwrites.
        storage.delete(saved)
        storage.delete(name)
        storage.save(name, ContentFile(content))


def _write_first(name: str, value: dict[str, Any]) -> bool:
    storage = certificate_storage()
    if isinstance(storage, DurableFileSystemStorage):
        content = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
        return storage.save_first(name, ContentFile(content))
    _write(name, value)
    return True


def read_marker(*, certificate: Certificate) -> Marker | None:
    name = path_of(certificate)
    return Marker(**_read(name)) if certificate_storage().exists(name) else None


def claim_number(*, certificate: Certificate) -> Marker | None:
    """Before anything is printed. A marker with our own code is returned: this certificate was
    printed before, and that file is the certificate, whatever the row says now. Raises
    NumberTaken."""
    marker = read_marker(certificate=certificate)
    if marker is None:
        return None
    if marker.code != certificate.code:
        raise NumberTaken(certificate.number_text)
    return marker if has_file(marker=marker) else None


def has_file(*, marker: Marker) -> bool:
    """Whether the printed bytes are there and are those."""
    storage = certificate_storage()
    if not storage.exists(marker.file):
        return False
    with storage.open(marker.file) as file:
        return hashlib.sha256(file.read()).hexdigest() == marker.sha256


def keep_number(*, certificate: Certificate) -> Marker:
    """Before the row says issued. What is returned stands: the first one's, if its file is there.
    Raises NumberTaken."""
    marker = Marker.of(certificate)
    while (known := read_marker(certificate=certificate)) is None:
        if _write_first(path_of(certificate), marker.__dict__):
            return marker
    if known.code != certificate.code:
        raise NumberTaken(certificate.number_text)
    if has_file(marker=known):
        return known
    _write(path_of(certificate), marker.__dict__)
    return marker


def restore_number(*, certificate: Certificate) -> None:
    """An object store cannot refuse the second of two that write at once; the row can."""
    marker = Marker.of(certificate)
    if read_marker(certificate=certificate) != marker:
        _write(path_of(certificate), marker.__dict__)


def adopt(*, marker: Marker, certificate: Certificate) -> None:
    """What was printed stands. Nothing is saved."""
    certificate.facts, certificate.issued_at = marker.facts, read_moment(marker.issued_at)
    certificate.file, certificate.sha256 = marker.file, marker.sha256
    certificate.signing_key = SigningKey.objects.filter(name=marker.signing_key).first()
    certificate.credential_key = SigningKey.objects.filter(name=marker.credential_key).first()


def keep_revocation(*, certificate: Certificate) -> None:
    """After the row says revoked."""
    _write(
        path_of(certificate) + REVOKED,
        {
            "code": certificate.code,
            "revoked_at": _moment(certificate.revoked_at),
            "revocation_class": certificate.revocation_class,
            "revocation_reason": certificate.revocation_reason,
        },
    )


def read_revocation(*, certificate: Certificate) -> dict[str, str] | None:
    name = path_of(certificate) + REVOKED
    found = _read(name) if certificate_storage().exists(name) else None
    return found if found and found["code"] == certificate.code else None


def _folders() -> Iterator[str]:
    storage = certificate_storage()
    try:
        years = storage.listdir(ROOT)[0]
    except FileNotFoundError:
        return
    for year in sorted(years):
        for symbol in sorted(storage.listdir(f"{ROOT}/{year}")[0]):
            yield f"{ROOT}/{year}/{symbol}"


def list_markers() -> Iterator[str]:
    """Names of the markers, in the order of their numbers; nothing is read."""
    for folder in _folders():
        names = certificate_storage().listdir(folder)[1]
        for name in sorted((name for name in names if name.isdigit()), key=int):
            yield f"{folder}/{name}"


def list_numbers() -> tuple[set[str], set[str]]:
    """Names of all markers, and of those whose certificates were revoked."""
    markers, revoked = set(), set()
    for folder in _folders():
        for name in certificate_storage().listdir(folder)[1]:
            if name.isdigit():
                markers.add(f"{folder}/{name}")
            elif name.endswith(REVOKED):
                revoked.add(f"{folder}/{name.removesuffix(REVOKED)}")
    return markers, revoked


def _key_path(name: str) -> str:
    return f"{KEYS}/{name}.json"


def knows_key(*, name: str) -> bool:
    return certificate_storage().exists(_key_path(name))


def keep_key(*, key: SigningKey) -> None:
    """Before it signs first, and when it is revoked. Nothing of the private part."""
    _write(
        _key_path(key.name),
        {
            "name": key.name,
            "purpose": key.purpose,
            "public": key.public,
            "is_demo": key.is_demo,
            "created_at": _moment(key.created_at),
            "valid_until": _moment(key.valid_until),
            "revoked_at": _moment(key.revoked_at),
            "revocation_reason": key.revocation_reason,
        },
    )


def read_keys() -> Iterator[SigningKey]:
    """As rows that are not saved."""
    try:
        names = certificate_storage().listdir(KEYS)[1]
    except FileNotFoundError:
        return
    for name in sorted(name for name in names if name.endswith(".json")):
        told = _read(f"{KEYS}/{name}")
        for field in ("created_at", "valid_until", "revoked_at"):
            told[field] = read_moment(told[field]) if told[field] else None
        yield SigningKey(**told)


def read_all_markers() -> Iterator[Marker]:
    for name in list_markers():
        yield Marker(**_read(name))


def list_files() -> set[str]:
    """Names of the stored PDFs; nothing is read."""
    storage = certificate_storage()
    try:
        folders = storage.listdir("")[0]
    except FileNotFoundError:
        return set()
    return {
        f"{folder}/{name}"
        for folder in folders
        if len(folder) == 2
        for name in storage.listdir(folder)[1]
        if name.endswith(".pdf")
    }
