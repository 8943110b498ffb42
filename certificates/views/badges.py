"""The certificate in its other forms: badge, credential, and a page to be read aloud."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from certificates.domain.badges import bake_badge, read_credential
from certificates.models import Certificate
from certificates.rendering.facts import CertificateFacts

from .mine import get_own_certificate

TYPES = {"png": "image/png", "svg": "image/svg+xml"}


def _hand_out(
    certificate: Certificate, content: bytes | None, *, kind: str, ending: str
) -> HttpResponse:
    if content is None:
        raise Http404
    name = f"certificate-{certificate.fiscal_year}-{certificate.number:06d}.{ending}"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
@never_cache
@login_required
def badge(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    certificate = get_own_certificate(request, pk)
    content = bake_badge(certificate=certificate, form=form)
    return _hand_out(certificate, content, kind=TYPES[form], ending=form)


@require_GET
@never_cache
@login_required
def credential(request: HttpRequest, pk: int) -> HttpResponse:
    certificate = get_own_certificate(request, pk)
    content = read_credential(certificate=certificate)
    return _hand_out(certificate, content, kind="application/ld+json", ending="json")


@require_GET
@never_cache
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """All that the paper says, in its order."""
    certificate = get_own_certificate(request, pk)
    if certificate.status == Certificate.Status.PENDING:
        raise Http404
    facts = CertificateFacts.from_json(certificate.facts)
    return render(
        request,
        "certificates/page.html",
        {
            "certificate": certificate,
            "facts": facts,
            "verify_address": facts.verify_url.removesuffix(facts.code),
        },
    )
