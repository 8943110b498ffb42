"""R8: certificates outlive keys. Three rotations, an expired key and a lost one: what was issued is
confirmed as promised, and nothing that the finder of the lost key makes is."""

import datetime as dt
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
from django.test import override_settings

from certificates.credentials.proofs import verify_credential
from certificates.domain import issuing, keys, production
from certificates.domain.verification import verify_sha256
from certificates.models import Certificate, SigningKey, certificate_storage
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.pdf import render_pdf
from certificates.signing.judging import judge_pdf
from certificates.signing.keys import FileKey, PrivateKey, make_certificate, read_public_key
from certificates.signing.pades import DocumentSigner, sign_pdf
from tests import factories

BEGIN = dt.datetime(2026, 4, 1, 3, 0, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)
FORGED_NAME = "偽名 太郎"


@dataclass
class Story:
    issued: list[int]
    lost: SigningKey
    now: dt.datetime


def issue(count: int, course, now: dt.datetime) -> list[int]:
    made = []
    for _ in range(count):
        enrolment = factories.make_enrolment(
            course=course, learner=factories.LearnerFactory(), completed_at=now
        )
        row = issuing.request_certificate(enrolment_id=enrolment.pk, now=now)
        if production.issue_certificate(certificate_id=row.pk, now=now):
            made.append(row.pk)
    return made


def live_through(count: int) -> Story:
    """A year passes between any two keys; the first is made for one year and runs out."""
    now, course, issued = BEGIN, factories.make_course(), []
    factories.make_certificate_template(issuer_name="吉田 敏")
    SigningKey.objects.all().delete()
    for purpose in keys.Purpose.values:
        keys.create_key(purpose=purpose, now=now, years=1)
    issued += issue(count, course, now + dt.timedelta(days=1))
    for _rotation in range(2):
        now += YEAR
        for purpose in keys.Purpose.values:
            keys.rotate_key(purpose=purpose, now=now)
        issued += issue(count, course, now + dt.timedelta(days=1))
    now += YEAR
    lost = keys.active_key(purpose=keys.Purpose.DOCUMENT, now=now)
    keys.revoke_key(name=lost.name, reason="紛失", now=now)
    keys.create_key(purpose=keys.Purpose.DOCUMENT, now=now)
    issued += issue(count, course, now + dt.timedelta(days=1))
    now += YEAR
    for purpose in keys.Purpose.values:
        keys.rotate_key(purpose=purpose, now=now)
    issued += issue(count, course, now + dt.timedelta(days=1))
    return Story(issued, lost, now + YEAR)


def read(certificate: Certificate) -> bytes:
    with certificate_storage().open(certificate.file.name) as file:
        return file.read()


def is_known(content: bytes, now: dt.datetime) -> bool:
    found = verify_sha256(sha256=hashlib.sha256(content).hexdigest(), today=now.date())
    return found.facts is not None


def signer_of(content: bytes) -> SigningKey | None:
    judgement = judge_pdf(content, certificates=keys.trusted_certificates())
    return judgement.fingerprint and keys.find_key(fingerprint=judgement.fingerprint)


def credential_holds(content: bytes, key: SigningKey) -> bool:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        document = json.loads(pdf.attachments["credential.json"].get_file().read_bytes())
    return verify_credential(document, public_key=read_public_key(key.public))


def forge(certificate: Certificate, story: Story) -> list[bytes]:
    """A look-alike with another name, signed in every way open to who found the lost key or has
    none; and the genuine page signed once more."""
    genuine = CertificateFacts.from_json(certificate.facts)
    altered = render_pdf(replace(genuine, full_name=FORGED_NAME))
    lost = keys.open_private_key(key=story.lost)
    fresh = FileKey.generate("p256")
    namesake = make_certificate(
        public_key=fresh.public_key,
        sign=fresh.sign,
        name=story.lost.name,
        organisation=keys.issuer_name(),
        valid_from=story.lost.created_at,
        valid_until=story.lost.valid_until,
    )
    trusted = keys.trusted_certificates()[-1]
    # Within the time of the key, today, and before it was made.
    times = [story.lost.created_at + dt.timedelta(days=2), story.now, BEGIN]
    ways: list[tuple[PrivateKey, str]] = [
        (lost, story.lost.public),
        (fresh, namesake),
        (lost, trusted),
        (fresh, trusted + namesake),
        (fresh, namesake + trusted),
        (lost, story.lost.public + trusted),
    ]
    return [
        sign_pdf(page, signer=DocumentSigner(chain=chain, private_key=key), at=at)
        for page in (altered, render_pdf(genuine))
        for key, chain in ways
        for at in times
    ]


def count(items: list[bytes], is_so: Callable[[bytes], object]) -> int:
    return sum(1 for item in items if is_so(item))


def drill(certificates_per_key: int) -> dict[str, int]:
    story = live_through(certificates_per_key)
    rows = Certificate.objects.select_related("signing_key", "credential_key").in_bulk(story.issued)
    unknown = unsigned = signed_by_lost = credentials = 0
    for row in rows.values():
        content, key = read(row), signer_of(read(row))
        unknown += not is_known(content, story.now)
        if row.signing_key == story.lost:
            signed_by_lost += key is not None
        else:
            unsigned += key != row.signing_key
        credentials += not credential_holds(content, row.credential_key)
    examples = [row for row in rows.values() if row.signing_key == story.lost][:3]
    forged = [each for row in examples for each in forge(row, story)]
    return {
        "keys": SigningKey.objects.count(),
        "certificates": len(story.issued),
        "lost": 5 * certificates_per_key - len(story.issued),
        "unknown_to_register": unknown,
        "signature_unconfirmed": unsigned,
        "confirmed_by_lost_key": signed_by_lost,
        "credentials_unconfirmed": credentials,
        "forged": len(forged),
        "forged_known": count(forged, lambda each: is_known(each, story.now)),
        "forged_signed": count(forged, signer_of),
    }


def run(*, long: bool) -> dict[str, int]:
    with (
        tempfile.TemporaryDirectory(prefix="katsuyo-r8-") as folder,
        override_settings(CERTIFICATES_KEY_FOLDER=Path(folder, "keys")),
    ):
        try:
            return drill(50 if long else 2)
        finally:
            shutil.rmtree(certificate_storage().location, ignore_errors=True)
