"""From a pending certificate to a stored PDF. Every step can be repeated; none happens twice (rule
R6)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db.models import F

from certificates.conf import lease_seconds
from certificates.models import Certificate, certificate_storage
from certificates.rendering.errors import RenderingError, UndrawableText
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.pdf import render_pdf

from . import keys
from .archive import claim_number, keep_key, knows_key
from .badges import make_credential
from .keys import SigningKeys
from .register import record_issue
from .templates import freeze_template, read_design, reword


def issue_certificate(*, certificate_id: int, now: datetime) -> bool:
    """Render, sign, store and issue, if it is due and nobody else is at it. True if this call
    issued it. Raises NoSigningKey.

    A worker killed anywhere in here leaves a lease that runs out, and a file at most that the
    next try finds again under the hash on the row.
    """
    signing_keys = keys.active_keys(now=now)
    claimed = (
        Certificate.objects.due(now=now)
        .filter(pk=certificate_id)
        .update(lease_until=now + timedelta(seconds=lease_seconds()), tries=F("tries") + 1)
    )
    if not claimed:
        return False
    certificate = Certificate.objects.select_related(
        "template", "template_revision", "enrolment"
    ).get(pk=certificate_id)
    # Decided here, where the keys are known; nothing was printed yet.
    is_specimen = signing_keys.are_demo or not certificate.facts["issuer_name"]
    certificate.facts |= {"is_specimen": is_specimen}
    if printed := claim_number(certificate=certificate):
        made: MadeFile | None = MadeFile(printed.file, printed.sha256)
    else:
        made = _find_made(certificate) or _make_file(certificate, signing_keys, now)
    return made is not None and record_issue(
        certificate_id=certificate_id, file=made.name, sha256=made.sha256, now=now
    )


@dataclass(frozen=True)
class MadeFile:
    name: str
    sha256: str


def _find_made(certificate: Certificate) -> MadeFile | None:
    """What a worker stored that was killed before it could say so."""
    sha256 = certificate.sha256
    if not sha256 or not certificate_storage().exists(name := name_file(sha256=sha256)):
        return None
    return MadeFile(name, sha256)


def _make_file(
    certificate: Certificate, signing_keys: SigningKeys, now: datetime
) -> MadeFile | None:
    """None if the lease ran out meanwhile and somebody else is at it."""
    from certificates.signing.pades import sign_pdf

    for key in (signing_keys.document, signing_keys.credential):
        # What is signed must be verifiable even if the database forgets the key.
        if not knows_key(name=key.name):
            keep_key(key=key)
    credential = make_credential(
        certificate=certificate,
        key=signing_keys.credential,
        sign=keys.open_private_key(key=signing_keys.credential).sign,
    )
    try:
        page = render_pdf(
            CertificateFacts.from_json(certificate.facts),
            credential=credential,
            design=read_design(certificate=certificate),
        )
    except (UndrawableText, RenderingError):
        _renew_wording(certificate)
        raise
    content = sign_pdf(page, signer=keys.open_signer(key=signing_keys.document), at=now)
    sha256 = hashlib.sha256(content).hexdigest()
    # Before the file: two signatures are never the same bytes, so what a killed worker stored
    # would be found again by nobody. `tries` counts claims, and is ours as long as the lease is.
    is_ours = Certificate.objects.filter(
        pk=certificate.pk, status=Certificate.Status.PENDING, tries=certificate.tries
    ).update(
        facts=certificate.facts,
        sha256=sha256,
        signing_key=signing_keys.document,
        credential_key=signing_keys.credential,
    )
    if not is_ours:
        return None
    return MadeFile(store_file(content=content, sha256=sha256), sha256)


def _renew_wording(certificate: Certificate) -> None:
    """Nothing was printed yet, so a template that was mended meanwhile may be taken up: otherwise a
    certificate that could not be printed would wait for ever."""
    Certificate.objects.filter(pk=certificate.pk, status=Certificate.Status.PENDING).update(
        facts=reword(facts=certificate.facts, template=certificate.template),
        template_revision=freeze_template(template=certificate.template),
    )


def name_file(*, sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}.pdf"


def store_file(*, content: bytes, sha256: str) -> str:
    """Keep bytes under their hash and return the name. The same bytes are kept once."""
    storage = certificate_storage()
    name = name_file(sha256=sha256)
    if not storage.exists(name):
        storage.save(name, ContentFile(content))
    return name


def find_due(*, now: datetime, limit: int) -> list[int]:
    # Those that failed before come last, so that they keep nobody waiting.
    rows = Certificate.objects.due(now=now).order_by("tries", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def count_pending() -> int:
    return Certificate.objects.filter(status=Certificate.Status.PENDING).count()
