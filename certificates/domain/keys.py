"""The keys that certificates are signed with. One per purpose signs; the others stay known, so that
what they signed can be verified for ever (rule R8 of the promises)."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q

from certificates.conf import issuer_name, key_folder, pkcs11_token
from certificates.models import Certificate, SigningKey
from certificates.signing.keys import (
    FileKey,
    Kind,
    PrivateKey,
    PrivateKeyMissing,
    UnsuitableKey,
    check_chain,
    file_of,
    fingerprint,
    make_certificate,
    public_pem,
    read_public_key,
)
from training.clock import JAPAN
from training.domain.audit import record_audit

from .archive import keep_key, knows_key

if TYPE_CHECKING:
    from certificates.signing.pades import DocumentSigner

Purpose = SigningKey.Purpose
KINDS: dict[str, Kind] = {Purpose.DOCUMENT: "p256", Purpose.CREDENTIAL: "ed25519"}
VALID_YEARS = 5


class NoSigningKey(Exception):
    """No key signs for this purpose; certificates wait until there is one."""


class KeyExists(Exception):
    """A key for this purpose is active already: rotate it instead."""


class NoSuchKey(Exception):
    pass


@dataclass(frozen=True)
class MadeKey:
    """`place` says where the private part is, in words for the operator."""

    key: SigningKey
    place: str

    @property
    def until(self) -> date:
        return _day(self.key.valid_until)


@dataclass(frozen=True)
class KeyUse:
    key: SigningKey
    state: str
    fingerprint: str
    certificates: int
    # Days in Japan (rule R9).
    since: date
    until: date
    retired_on: date | None
    revoked_on: date | None

    @property
    def printed_fingerprint(self) -> str:
        """In pairs, as openssl prints it."""
        pairs = (self.fingerprint[at : at + 2] for at in range(0, len(self.fingerprint), 2))
        return ":".join(pairs).upper()


@dataclass(frozen=True)
class SigningKeys:
    document: SigningKey
    credential: SigningKey

    @property
    def are_demo(self) -> bool:
        return self.document.is_demo or self.credential.is_demo


def active_key(*, purpose: str, now: datetime) -> SigningKey:
    """Raises NoSigningKey, also when the key's time is over."""
    key = SigningKey.objects.filter(purpose=purpose, retired_at=None, revoked_at=None).first()
    if key is None or key.valid_until <= now:
        raise NoSigningKey(purpose)
    return key


def active_keys(*, now: datetime) -> SigningKeys:
    """Raises NoSigningKey."""
    return SigningKeys(
        document=active_key(purpose=Purpose.DOCUMENT, now=now),
        credential=active_key(purpose=Purpose.CREDENTIAL, now=now),
    )


def open_private_key(*, key: SigningKey) -> PrivateKey:
    """From the folder or the token, once per process. Raises PrivateKeyMissing."""
    return _open(key.name, key.purpose, key.public, os.getpid())


def open_signer(*, key: SigningKey) -> "DocumentSigner":
    """Raises PrivateKeyMissing."""
    return _open_signer(key.name, key.purpose, key.public, os.getpid())


# By the process: a token's session does not survive a fork.
@cache
def _open(name: str, purpose: str, public: str, _process: int) -> PrivateKey:
    path = file_of(key_folder(), name)
    key = FileKey.from_pem(path.read_bytes()) if path.exists() else _open_in_token(name, purpose)
    if key.public_key != read_public_key(public):
        raise PrivateKeyMissing(f"the private key {name} belongs to another public key")
    return key


def _open_in_token(name: str, purpose: str) -> PrivateKey:
    token = pkcs11_token()
    if token is None:
        raise PrivateKeyMissing(f"no file of the key {name} in {key_folder()}")
    from certificates.signing.tokens import Token, TokenKey

    return TokenKey(token=Token(**token), name=name, kind=KINDS[purpose])


@cache
def _open_signer(name: str, purpose: str, public: str, process: int) -> "DocumentSigner":
    from certificates.signing.pades import DocumentSigner

    return DocumentSigner(chain=public, private_key=_open(name, purpose, public, process))


def create_key(
    *,
    purpose: str,
    now: datetime,
    is_demo: bool = False,
    years: int = VALID_YEARS,
    organisation: str = "",
) -> MadeKey:
    """Raises KeyExists."""
    _refuse_second(purpose)
    return _make_key(purpose, now, is_demo, years, organisation, _insert)


def rotate_key(
    *, purpose: str, now: datetime, years: int = VALID_YEARS, organisation: str = ""
) -> MadeKey:
    """Make a key that signs from now on, and retire the one that did. What the old one signed stays
    confirmed."""
    return _make_key(purpose, now, False, years, organisation, _replace)


def import_key(
    *, certificate: str, private_key: bytes, now: datetime, replace: bool = False
) -> MadeKey:
    """A key for documents with a certificate from an authority, its chain below it, both in PEM.

    Raises KeyExists, UnsuitableKey.
    """
    if not replace:
        _refuse_second(Purpose.DOCUMENT)
    key = FileKey.from_pem(private_key)
    leaf = check_chain(pem=certificate, public_key=key.public_key)
    name = _free_name(Purpose.DOCUMENT, now, is_demo=False)
    row = SigningKey(
        name=name,
        purpose=Purpose.DOCUMENT,
        public=certificate,
        created_at=now,
        valid_until=leaf.not_valid_after_utc,
    )
    if row.valid_until <= now:
        raise UnsuitableKey("the certificate has expired")
    path = file_of(key_folder(), name)
    key.write(path)
    return MadeKey((_replace if replace else _insert)(row), str(path))


def revoke_key(*, name: str, reason: str, now: datetime) -> SigningKey:
    """For a key that somebody else may hold: no signature of it confirms anything any more. What
    was issued with it stays confirmed by the register. Raises NoSuchKey."""
    with transaction.atomic():
        changed = SigningKey.objects.filter(name=name, revoked_at=None).update(
            revoked_at=now, revocation_reason=reason
        )
        if not changed:
            raise NoSuchKey(name)
        key = SigningKey.objects.get(name=name)
        _record("key.revoke", key, now, reason=reason)
    # A restored database would trust it again.
    keep_key(key=key)
    return key


def make_demo_keys(*, now: datetime) -> list[SigningKey]:
    """Where no key was ever made. Everything made with them is a specimen."""
    known = set(SigningKey.objects.values_list("purpose", flat=True))
    return [
        create_key(purpose=purpose, now=now, is_demo=True).key
        for purpose in Purpose.values
        if purpose not in known
    ]


def read_state(*, key: SigningKey, now: datetime) -> str:
    """active, expired, retired or revoked."""
    if key.revoked_at:
        return "revoked"
    if key.retired_at:
        return "retired"
    return "expired" if key.valid_until <= now else "active"


def list_keys(*, now: datetime) -> list[KeyUse]:
    """All keys, the newest first, with the number of certificates that each has signed."""
    return [
        KeyUse(
            key=key,
            state=read_state(key=key, now=now),
            fingerprint=fingerprint(key.public),
            certificates=count_signed(key=key),
            since=_day(key.created_at),
            until=_day(key.valid_until),
            retired_on=key.retired_at and _day(key.retired_at),
            revoked_on=key.revoked_at and _day(key.revoked_at),
        )
        for key in SigningKey.objects.order_by("-created_at", "-pk")
    ]


def _day(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def count_signed(*, key: SigningKey) -> int:
    signed = Certificate.objects.filter(Q(signing_key=key) | Q(credential_key=key))
    return signed.exclude(status=Certificate.Status.PENDING).count()


def find_missing(*, now: datetime) -> list[str]:
    """Purposes for which nothing can be signed."""
    missing = []
    for purpose in Purpose.values:
        try:
            active_key(purpose=purpose, now=now)
        except NoSigningKey:
            missing.append(purpose)
    return missing


def read_public_part(*, name: str) -> str | None:
    return SigningKey.objects.filter(name=name).values_list("public", flat=True).first()


def trusted_certificates() -> list[str]:
    """What signing.judging may confirm a signature by: every key for documents but the lost."""
    return list(
        SigningKey.objects.filter(purpose=Purpose.DOCUMENT, revoked_at=None).values_list(
            "public", flat=True
        )
    )


def find_key(*, fingerprint: str) -> SigningKey | None:
    """Of a Judgement."""
    return next((key for key in SigningKey.objects.all() if _print_of(key) == fingerprint), None)


def _print_of(key: SigningKey) -> str:
    return fingerprint(key.public)


def _refuse_second(purpose: str) -> None:
    if SigningKey.objects.filter(purpose=purpose, retired_at=None, revoked_at=None).exists():
        raise KeyExists(purpose)


def _insert(row: SigningKey) -> SigningKey:
    try:
        with transaction.atomic():
            row.save()
            _record("key.create", row, row.created_at)
    except IntegrityError as error:
        raise KeyExists(row.purpose) from error
    return row


def _replace(row: SigningKey) -> SigningKey:
    active = SigningKey.objects.filter(purpose=row.purpose, retired_at=None, revoked_at=None)
    with transaction.atomic():
        for key in active:
            _record("key.retire", key, row.created_at)
        active.update(retired_at=row.created_at)
        return _insert(row)


def _record(action: str, key: SigningKey, now: datetime, *, reason: str = "") -> None:
    """By whoever runs the server: keys are made and revoked on its command line only."""
    record_audit(
        action=action, actor=None, at=now, subject=key, reason=reason, details={"name": key.name}
    )


def _free_name(purpose: str, now: datetime, *, is_demo: bool) -> str:
    prefix = f"{'demo-' if is_demo else ''}{purpose}-{_day(now).year}"
    number = 1 + SigningKey.objects.filter(name__startswith=f"{prefix}-").count()
    while _is_taken(name := f"{prefix}-{number}"):
        number += 1
    return name


def _is_taken(name: str) -> bool:
    return (
        SigningKey.objects.filter(name=name).exists()
        or file_of(key_folder(), name).exists()
        or knows_key(name=name)
        or _is_in_token(name)
    )


def _is_in_token(name: str) -> bool:
    """Two of one name there would both be lost: a key is found by its name."""
    token = pkcs11_token()
    if token is None:
        return False
    from certificates.signing import tokens

    return tokens.holds(tokens.Token(**token), name=name)


def _make_key(
    purpose: str,
    now: datetime,
    is_demo: bool,
    years: int,
    organisation: str,
    save: Callable[[SigningKey], SigningKey],
) -> MadeKey:
    name = _free_name(purpose, now, is_demo=is_demo)
    # Certificates count whole seconds: one signed at once must lie within its key's time.
    valid_from = now.replace(microsecond=0)
    valid_until = valid_from + timedelta(days=round(years * 365.2425))
    # The private part is safe on the disk or in the token before anything is signed with it.
    private_key, place = _generate(name, purpose, is_demo)
    if purpose == Purpose.DOCUMENT:
        organisation = organisation or issuer_name()
        public = make_certificate(
            public_key=private_key.public_key,
            sign=private_key.sign,
            name=name,
            organisation=f"{'見本 ' if is_demo else ''}{organisation}",
            valid_from=valid_from,
            valid_until=valid_until,
        )
    else:
        public = public_pem(private_key.public_key)
    row = SigningKey(
        name=name,
        purpose=purpose,
        public=public,
        is_demo=is_demo,
        created_at=now,
        valid_until=valid_until,
    )
    return MadeKey(save(row), place)


def _generate(name: str, purpose: str, is_demo: bool) -> tuple[PrivateKey, str]:
    kind, token = KINDS[purpose], None if is_demo else pkcs11_token()
    refusal = ""
    if token is not None:
        from certificates.signing import tokens

        try:
            made = tokens.generate(tokens.Token(**token), name=name, kind=kind)
        except UnsuitableKey as error:
            if purpose == Purpose.DOCUMENT:
                raise
            refusal = f" ({error})"
        else:
            return made, f"token {token['label']}"
    key, path = FileKey.generate(kind), file_of(Path(key_folder()), name)
    key.write(path)
    return key, f"{path}{refusal}"
