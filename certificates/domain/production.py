"""From a pending certificate to a stored PDF. Every step can be repeated; none happens twice (rule
R6)."""

import hashlib
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db.models import F

from certificates.conf import lease_seconds
from certificates.models import Certificate, certificate_storage
from certificates.rendering.errors import RenderingError, UndrawableText
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.pdf import render_pdf

from .templates import read_wording


def issue_certificate(*, certificate_id: int, now: datetime) -> bool:
    """Render, store and issue, if it is due and nobody else is at it. True if this call issued it.

    A worker killed anywhere in here leaves a lease that runs out, and a file at most that the
    next try finds again under the same hash.
    """
    claimed = (
        Certificate.objects.due(now=now)
        .filter(pk=certificate_id)
        .update(lease_until=now + timedelta(seconds=lease_seconds()), tries=F("tries") + 1)
    )
    if not claimed:
        return False
    certificate = Certificate.objects.select_related("template").get(pk=certificate_id)
    try:
        content = render_pdf(CertificateFacts.from_json(certificate.facts))
    except (UndrawableText, RenderingError):
        _renew_wording(certificate)
        raise
    sha256 = hashlib.sha256(content).hexdigest()
    name = store_file(content=content, sha256=sha256)
    return bool(
        Certificate.objects.filter(pk=certificate_id, status=Certificate.Status.PENDING).update(
            status=Certificate.Status.ISSUED,
            issued_at=now,
            file=name,
            sha256=sha256,
            lease_until=None,
        )
    )


def _renew_wording(certificate: Certificate) -> None:
    """Nothing was printed yet, so a template that was mended meanwhile may be taken up: otherwise a
    certificate that could not be printed would wait for ever."""
    Certificate.objects.filter(pk=certificate.pk, status=Certificate.Status.PENDING).update(
        facts=certificate.facts | read_wording(template=certificate.template),
        template_revision=certificate.template.latest_revision,
    )


def store_file(*, content: bytes, sha256: str) -> str:
    """Keep bytes under their hash and return the name. The same bytes are kept once."""
    storage = certificate_storage()
    name = f"{sha256[:2]}/{sha256}.pdf"
    if not storage.exists(name):
        storage.save(name, ContentFile(content))
    return name


def find_due(*, now: datetime, limit: int) -> list[int]:
    # Those that failed before come last, so that they keep nobody waiting.
    rows = Certificate.objects.due(now=now).order_by("tries", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])
