from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certificates.domain.corrections import (
    AlreadyDecided,
    AlreadyWaiting,
    NotCorrectable,
    request_correction,
    withdraw_correction,
)
from certificates.domain.holder import read_holding
from certificates.domain.validity import NotRenewable, renew
from certificates.forms import CorrectionForm
from certificates.models import Certificate
from certificates.rendering.facts import CertificateFacts
from training.clock import today_in_japan
from training.domain.outlines import CourseNotReady


def get_own_certificate(request: HttpRequest, pk: int) -> Certificate:
    certificates = Certificate.objects.select_related(
        "supersedes", "enrolment__course", "enrolment__learner"
    )
    return get_object_or_404(certificates, pk=pk, enrolment__learner__user_id=request.user.pk)


@require_GET
@never_cache
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    certificate = get_own_certificate(request, pk)
    facts = CertificateFacts.from_json(certificate.facts)
    return render(
        request,
        "certificates/detail.html",
        {
            "certificate": certificate,
            "facts": facts,
            # Apart, so that a line never breaks inside the code.
            "verify_address": facts.verify_url.removesuffix(facts.code),
            "holding": read_holding(certificate=certificate, today=today_in_japan()),
            "course_url": certificate.enrolment.course.get_url(request),
        },
    )


@require_GET
@never_cache
@login_required
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Always the same bytes, for as long as the certificate exists."""
    certificate = get_own_certificate(request, pk)
    if not certificate.file:
        raise Http404
    response = FileResponse(certificate.file.open("rb"), content_type="application/pdf")
    # Both names (RFC 6266): Django's own header has no plain one beside a Japanese one.
    plain = f"certificate-{certificate.fiscal_year}-{certificate.number:06d}.pdf"
    name = quote(f"修了証_{certificate.number_text.replace(' ', '_')}.pdf", safe="")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def correct_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a certificate with another name."""
    certificate = get_own_certificate(request, pk)
    today = today_in_japan()
    if not read_holding(certificate=certificate, today=today).can_correct:
        return redirect("certificates:detail", pk)
    given = {name: certificate.facts[name] for name in ("full_name", "former_name")}
    given["kana"] = certificate.enrolment.learner.kana
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=given)
    if form.is_valid():
        try:
            request_correction(
                certificate_id=pk, today=today, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("Your request was sent. The answer will appear here."))
        except AlreadyWaiting:
            messages.info(request, _("A request is waiting already."))
        except NotCorrectable:
            messages.error(request, _("The name of this certificate cannot be changed any more."))
        return redirect("certificates:detail", pk)
    return render(
        request,
        "certificates/correct_name.html",
        {"certificate": certificate, "form": form, "title": certificate.facts["title"]},
    )


@require_POST
@login_required
def withdraw_name(request: HttpRequest, pk: int) -> HttpResponse:
    get_own_certificate(request, pk)
    try:
        withdraw_correction(certificate_id=pk, now=timezone.now())
        messages.success(request, _("Your request was withdrawn. Nothing was changed."))
    except AlreadyDecided:
        messages.error(request, _("There is no request that waits for a decision any more."))
    return redirect("certificates:detail", pk)


@require_POST
@login_required
def renew_course(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the course again before the certificate expires, or after."""
    certificate = get_own_certificate(request, pk)
    try:
        renew(
            certificate_id=pk,
            today=today_in_japan(),
            now=timezone.now(),
        )
        messages.success(request, _("You are enrolled again. Begin with the first module."))
    except NotRenewable:
        messages.error(request, _("This certificate need not be renewed yet."))
        return redirect("certificates:detail", pk)
    except CourseNotReady:
        messages.error(request, _("This course has no published module yet."))
        return redirect("certificates:detail", pk)
    # An unpublished course has no address.
    course_url = certificate.enrolment.course.get_url(request)
    return redirect(course_url) if course_url else redirect("certificates:detail", pk)
