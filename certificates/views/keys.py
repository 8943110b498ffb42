"""What anybody needs to verify a certificate without trusting this site's answers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certificates.conf import base_url
from certificates.domain.keys import list_keys, read_public_part

STATES = {
    "active": _("In use"),
    "retired": _("No longer signs; what it signed stays valid"),
    "expired": _("Its term is over; what it signed stays valid"),
    "revoked": _("Revoked: do not trust its signature"),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    uses = list_keys(now=timezone.now())
    return render(
        request,
        "certificates/keys.html",
        {
            "uses": [(use, STATES[use.state]) for use in uses],
            "address": base_url() + reverse("verification:keys"),
        },
    )


@require_safe
def download(request: HttpRequest, name: str) -> HttpResponse:
    public = read_public_part(name=name)
    if public is None:
        raise Http404
    response = HttpResponse(public, content_type="application/x-pem-file")
    response["Content-Disposition"] = f'attachment; filename="{name}.pem"'
    return response


@require_safe
def how_to(request: HttpRequest) -> HttpResponse:
    signing = [
        use
        for use in list_keys(now=timezone.now())
        if use.key.purpose == use.key.Purpose.DOCUMENT and use.state != "revoked"
    ]
    return render(
        request,
        "certificates/how_to.html",
        {
            "use": signing[0] if signing else None,
            "address": base_url() + reverse("verification:keys"),
            "how_to_address": base_url() + reverse("verification:how_to"),
        },
    )
