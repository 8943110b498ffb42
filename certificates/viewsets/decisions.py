"""Revoking a certificate and deciding about another name, in the administration."""

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
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

from .certificates import certificate_viewset
from .register import can_decide, correction_viewset


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


urlpatterns = [
    path("certificates/<int:pk>/revoke/", revoke, name="certificates_revoke"),
    path("certificates/names/<int:pk>/", decide, name="certificates_decide"),
]
