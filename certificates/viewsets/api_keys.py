"""Keys of municipalities, in the administration."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.log_actions import log

from certificates.domain.api_keys import make_key, revoke_key
from certificates.forms import ApiKeyForm
from certificates.models import ApiKey

VIEW = "lms_certificates.view_apikey"
ADD = "lms_certificates.add_apikey"
CHANGE = "lms_certificates.change_apikey"


@require_GET
@never_cache
@permission_required(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    keys = ApiKey.objects.select_related("local_government__prefecture").order_by(
        "revoked_at", "local_government", "pk"
    )
    return render(
        request,
        "certificates/admin/api_keys.html",
        {
            "keys": keys.prefetch_related("webhooks"),
            "can_add": request.user.has_perm(ADD),
            "can_revoke": request.user.has_perm(CHANGE),
        },
    )


@never_cache
@permission_required(ADD)
def add(request: HttpRequest) -> HttpResponse:
    """The token is in this one answer and nowhere else: reloading makes it vanish."""
    form = ApiKeyForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        key, token = make_key(**form.cleaned_data, now=timezone.now(), actor=request.user)
        log(instance=key, action="certificates.make_api_key", user=request.user)
        context = {"key": key, "token": token}
    return render(request, "certificates/admin/add_api_key.html", context)


@never_cache
@permission_required(CHANGE)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk)
    if request.method == "POST":
        if revoke_key(key_id=pk, now=timezone.now(), actor=request.user):
            log(instance=key, action="certificates.revoke_api_key", user=request.user)
            messages.success(request, _("Revoked. Nothing is answered to this key from now on."))
        return redirect("certificates_api_keys")
    return render(request, "certificates/admin/revoke_api_key.html", {"key": key})


urlpatterns = [
    path("certificates/api-keys/", index, name="certificates_api_keys"),
    path("certificates/api-keys/add/", add, name="certificates_add_api_key"),
    path("certificates/api-keys/<int:pk>/revoke/", revoke, name="certificates_revoke_api_key"),
]
