from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from certificates.models import Certificate
from certificates.rendering.facts import CertificateFacts


def _own(request: HttpRequest, pk: int) -> Certificate:
    return get_object_or_404(
        Certificate.objects.filter(enrolment__learner__user_id=request.user.pk), pk=pk
    )


@require_GET
@never_cache
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    certificate = _own(request, pk)
    return render(
        request,
        "certificates/detail.html",
        {
            "certificate": certificate,
            "facts": CertificateFacts.from_json(certificate.facts),
            "is_ready": bool(certificate.sha256),
        },
    )


@require_GET
@never_cache
@login_required
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Always the same bytes, for as long as the certificate exists."""
    certificate = _own(request, pk)
    if not certificate.sha256:
        raise Http404
    return FileResponse(
        certificate.file.open("rb"),
        as_attachment=True,
        filename=f"certificate-{certificate.fiscal_year}-{certificate.number:06d}.pdf",
        content_type="application/pdf",
    )
