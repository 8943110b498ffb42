from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import ListingButton
from wagtail.log_actions import log

from certificates.domain.register import NotIssued, revoke_certificate
from certificates.forms import RevocationForm
from certificates.models import Certificate
from certificates.viewsets import can_revoke, certificate_viewset


@permission_required("lms_certificates.change_certificate", raise_exception=True)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    certificate = get_object_or_404(Certificate, pk=pk)
    if certificate.status != Certificate.Status.ISSUED:
        messages.error(request, _("Only an issued certificate can be revoked."))
        return redirect(certificate_viewset.get_url_name("inspect"), pk)
    form = RevocationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                revoke_certificate(
                    certificate_id=pk, reason=form.cleaned_data["reason"], now=timezone.now()
                )
                log(
                    instance=certificate,
                    action="certificates.revoke",
                    user=request.user,
                    data={"reason": form.cleaned_data["reason"]},
                )
        except NotIssued:
            messages.error(request, _("Only an issued certificate can be revoked."))
        else:
            messages.success(request, _("Revoked. Its number answers “revoked” from now on."))
        return redirect(certificate_viewset.get_url_name("inspect"), pk)
    return render(
        request,
        "certificates/admin/revoke.html",
        {
            "certificate": certificate,
            "form": form,
            "back_url": reverse(certificate_viewset.get_url_name("inspect"), args=[pk]),
        },
    )


@hooks.register("register_admin_urls")
def register_revocation():
    return [path("certificates/<int:pk>/revoke/", revoke, name="certificates_revoke")]


@hooks.register("register_snippet_listing_buttons")
def offer_revocation(snippet, user, next_url=None):
    if isinstance(snippet, Certificate) and can_revoke(user=user, certificate=snippet):
        yield ListingButton(
            _("Revoke"), reverse("certificates_revoke", args=[snippet.pk]), icon_name="cross"
        )


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action(
        "certificates.revoke",
        gettext_lazy("Revoke certificate"),
        gettext_lazy("Certificate revoked"),
    )
