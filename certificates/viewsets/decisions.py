"""Revoking a certificate and deciding about another name, in the administration."""

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import log

from certificates import tasks
from certificates.domain.corrections import (
    AlreadyDecided,
    NotCorrectable,
    approve_correction,
    is_own,
    refuse_correction,
)
from certificates.domain.register import NotIssued, revoke_certificate
from certificates.forms import DecisionForm, RevocationForm
from certificates.models import Certificate, NameCorrection
from training.clock import today_in_japan

from .certificates import certificate_viewset
from .register import can_decide, correction_viewset

OWN = gettext_lazy("This request is your own. Another officer has to decide on it.")
GONE = gettext_lazy("This request does not wait any more: it was decided or withdrawn.")


@permission_required("lms_certificates.change_certificate", raise_exception=True)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    certificate = get_object_or_404(Certificate, pk=pk)
    if certificate.status != Certificate.Status.ISSUED:
        messages.error(request, _("Only an issued certificate can be revoked."))
        return redirect(certificate_viewset.get_url_name("inspect"), pk)
    form = RevocationForm(request.POST if request.method == "POST" else None)
    page = {
        "certificate": certificate,
        "form": form,
        "back_url": reverse(certificate_viewset.get_url_name("inspect"), args=[pk]),
    }
    if form.is_to_confirm:
        reason_class = Certificate.RevocationClass(form.cleaned_data["reason_class"])
        return render(
            request,
            "certificates/admin/confirm_revocation.html",
            page | {"reason_class": reason_class.label},
        )
    if form.is_confirmed:
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
    return render(request, "certificates/admin/revoke.html", page)


@permission_required("lms_certificates.change_namecorrection", raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse a holder's request for another name."""
    rows = NameCorrection.objects.select_related("certificate__enrolment__learner__merged_into")
    correction = get_object_or_404(rows, pk=pk)
    listing = correction_viewset.get_url_name("list")
    if is_own(correction=correction, user_id=request.user.pk):
        messages.error(request, OWN)
        return redirect(listing)
    if not can_decide(user=request.user, correction=correction):
        messages.error(request, GONE)
        return redirect(listing)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    page = {
        "correction": correction,
        "certificate": correction.certificate,
        "learner": correction.certificate.enrolment.learner,
        "form": form,
        "back_url": reverse(listing),
    }
    approved = form.is_valid() and form.cleaned_data["decision"] == "approve"
    if approved and form.is_to_confirm:
        return render(request, "certificates/admin/confirm_name.html", page)
    # The holder of a refused request may ask again, so it is not confirmed.
    if form.is_confirmed or (form.is_valid() and not approved):
        try:
            with transaction.atomic():
                _decide(correction, approved, form.cleaned_data["note"], request)
        except AlreadyDecided:
            messages.error(request, GONE)
        except NotCorrectable:
            messages.error(
                request,
                _("The certificate is no longer valid or was replaced. You can only refuse."),
            )
            return render(request, "certificates/admin/decide.html", page)
        else:
            text = _(
                "Approved. The new certificate is being prepared, and the learner's name and its "
                "reading were changed."
            )
            messages.success(request, text if approved else _("Refused. The holder sees why."))
        return redirect(listing)
    return render(request, "certificates/admin/decide.html", page)


def _decide(correction: NameCorrection, approved: bool, note: str, request: HttpRequest) -> None:
    given = {
        "correction_id": correction.pk,
        "actor_id": request.user.pk,
        "note": note,
        "now": timezone.now(),
    }
    if approved:
        new = approve_correction(today=today_in_japan(), **given)
        transaction.on_commit(lambda: tasks.ring(tasks.issue, new.pk))
    else:
        refuse_correction(**given)
    action = "certificates.approve_name" if approved else "certificates.refuse_name"
    log(instance=correction, action=action, user=request.user, data={"note": note})


urlpatterns = [
    path("certificates/<int:pk>/revoke/", revoke, name="certificates_revoke"),
    path("certificates/names/<int:pk>/", decide, name="certificates_decide"),
]
