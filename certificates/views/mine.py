from urllib.parse import quote

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
    facts = CertificateFacts.from_json(certificate.facts)
    return render(
        request,
        "certificates/detail.html",
        {
            "certificate": certificate,
            "facts": facts,
            # Apart, so that a line never breaks inside the code.
            "verify_address": facts.verify_url.removesuffix(facts.code),
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
    response = FileResponse(certificate.file.open("rb"), content_type="application/pdf")
    # Both names (RFC 6266): Django's own header has no plain one beside a Japanese one.
    plain = f"certificate-{certificate.fiscal_year}-{certificate.number:06d}.pdf"
    name = quote(f"修了証_{certificate.number_text.replace(' ', '_')}.pdf", safe="")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
    return response
