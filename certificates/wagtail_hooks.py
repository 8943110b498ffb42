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
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import ListingButton
from wagtail.log_actions import log

from certificates import tasks
from certificates.domain.corrections import (
    AlreadyDecided,
    NotCorrectable,
    approve_correction,
    refuse_correction,
)
from certificates.domain.register import NotIssued, revoke_certificate
from certificates.domain.verification import JAPAN
from certificates.forms import DecisionForm, RevocationForm
from certificates.models import Certificate, NameCorrection
from certificates.viewsets import api_keys
from certificates.viewsets.certificates import can_revoke, certificate_viewset
from certificates.viewsets.register import can_decide, correction_viewset


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
                    certificate_id=pk,
                    reason_class=Certificate.RevocationClass(form.cleaned_data["reason_class"]),
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                    actor_id=request.user.pk,
                )
                log(
                    instance=certificate,
                    action="certificates.revoke",
                    user=request.user,
                    data=form.cleaned_data,
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


@permission_required("lms_certificates.change_namecorrection", raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse a holder's request for another name."""
    correction = get_object_or_404(NameCorrection.objects.select_related("certificate"), pk=pk)
    listing = correction_viewset.get_url_name("list")
    if not can_decide(user=request.user, correction=correction):
        messages.error(request, _("This request was decided already."))
        return redirect(listing)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        approved = form.cleaned_data["decision"] == "approve"
        try:
            with transaction.atomic():
                _decide(correction, approved, form.cleaned_data["note"], request)
        except AlreadyDecided:
            messages.error(request, _("This request was decided already."))
        except NotCorrectable:
            messages.error(
                request,
                _("The certificate is no longer valid or was replaced. You can only refuse."),
            )
            return redirect("certificates_decide", pk)
        else:
            text = _("Approved. The new certificate is being prepared.")
            messages.success(request, text if approved else _("Refused. The holder sees why."))
        return redirect(listing)
    return render(
        request,
        "certificates/admin/decide.html",
        {
            "correction": correction,
            "certificate": correction.certificate,
            "form": form,
            "back_url": reverse(listing),
        },
    )


def _decide(correction: NameCorrection, approved: bool, note: str, request: HttpRequest) -> None:
    given = {
        "correction_id": correction.pk,
        "actor_id": request.user.pk,
        "note": note,
        "now": timezone.now(),
    }
    if approved:
        new = approve_correction(today=timezone.localdate(timezone=JAPAN), **given)
        transaction.on_commit(lambda: tasks.ring(new.pk))
    else:
        refuse_correction(**given)
    action = "certificates.approve_name" if approved else "certificates.refuse_name"
    log(instance=correction, action=action, user=request.user, data={"note": note})


@hooks.register("register_admin_urls")
def register_decisions():
    return [
        path("certificates/<int:pk>/revoke/", revoke, name="certificates_revoke"),
        path("certificates/names/<int:pk>/", decide, name="certificates_decide"),
    ]


@hooks.register("register_admin_urls")
def register_api_keys():
    return api_keys.urlpatterns


class ApiKeysItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(api_keys.VIEW)


@hooks.register("register_settings_menu_item")
def offer_api_keys():
    return ApiKeysItem(
        gettext_lazy("API keys"), reverse("certificates_api_keys"), icon_name="key", order=900
    )


@hooks.register("register_snippet_listing_buttons")
def offer_revocation(snippet, user, next_url=None):
    if isinstance(snippet, Certificate) and can_revoke(user=user, certificate=snippet):
        yield ListingButton(
            _("Revoke"), reverse("certificates_revoke", args=[snippet.pk]), icon_name="cross"
        )


@hooks.register("register_snippet_listing_buttons")
def offer_decision(snippet, user, next_url=None):
    if isinstance(snippet, NameCorrection) and can_decide(user=user, correction=snippet):
        yield ListingButton(
            _("Decide"), reverse("certificates_decide", args=[snippet.pk]), icon_name="edit"
        )


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action(
        "certificates.revoke",
        gettext_lazy("Revoke certificate"),
        gettext_lazy("Certificate revoked"),
    )
    actions.register_action(
        "certificates.approve_name",
        gettext_lazy("Approve another name"),
        gettext_lazy("Another name approved"),
    )
    actions.register_action(
        "certificates.refuse_name",
        gettext_lazy("Refuse another name"),
        gettext_lazy("Another name refused"),
    )
    actions.register_action(
        "certificates.make_api_key",
        gettext_lazy("Make API key"),
        gettext_lazy("API key made"),
    )
    actions.register_action(
        "certificates.revoke_api_key",
        gettext_lazy("Revoke API key"),
        gettext_lazy("API key revoked"),
    )
    actions.register_action(
        "certificates.verify_list",
        gettext_lazy("Verify a list"),
        gettext_lazy("List sent for verification"),
    )
