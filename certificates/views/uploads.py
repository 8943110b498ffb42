"""A file or a photo in place of a typed code. Nothing of it is kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates.conf import base_url
from certificates.domain.codes import display_code
from certificates.domain.uploads import (
    Busy,
    DocumentVerdict,
    PhotoProblem,
    judge_document,
    read_photo,
)
from certificates.domain.verification import Answer, verify_sha256
from certificates.forms import CodeForm, DocumentForm, NameForm, PhotoForm, UploadForm
from certificates.throttling import count_failure, is_throttled
from training.clock import today_in_japan

from .limits import limit_body
from .verification import ask_to_wait, render_answer, render_form

VERDICTS = {
    DocumentVerdict.ORIGINAL: _("The same as the original"),
    DocumentVerdict.SIGNED: _("Signed by us, but not the original"),
    DocumentVerdict.UNCONFIRMED: _("Could not be confirmed"),
}
PHOTO_PROBLEMS = {
    "no_photo": _("The photo could not be read. Please try another one (JPEG or PNG)."),
    "no_code": _(
        "No QR code was found in the photo. Please go near, hold still and let the whole code be "
        "in the picture, in good light."
    ),
    "foreign_code": _(
        "This QR code does not lead to a certificate of this site. It was not opened. Please look "
        "whether it is the one on the certificate; if it is, do not rely on the paper."
    ),
}
# Beside the file a form holds little else.
MAX_BODY = UploadForm.MAX_BYTES + 100_000


def _original(request: HttpRequest, found: Answer) -> HttpResponse:
    """Whoever holds the very file has its code as well."""
    assert found.facts  # noqa: S101 for the type checker: only known files come here
    return render_answer(
        request,
        found,
        tried="code",
        typed=found.facts.code,
        form_name=NameForm(),
        name_action=reverse("verification:answer", args=[found.facts.code]),
        verdict=DocumentVerdict.ORIGINAL.value,
        verdict_text=VERDICTS[DocumentVerdict.ORIGINAL],
    )


def _tell(request: HttpRequest, **context: Any) -> HttpResponse:
    response = render(
        request,
        "certificates/file_answer.html",
        {
            "form_code": CodeForm(),
            "form_file": DocumentForm(),
            "max_bytes": UploadForm.MAX_BYTES,
        }
        | context,
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _refuse(request: HttpRequest) -> HttpResponse:
    response = _tell(request, verdict="problem", problem=UploadForm.too_long)
    response.status_code = 413
    return response


def _by_hash(request: HttpRequest) -> HttpResponse:
    today = today_in_japan()
    found = verify_sha256(sha256=request.POST["sha256"], today=today)
    if request.accepts("text/html"):
        return _original(request, found) if found.facts else _tell(request, verdict="new")
    return JsonResponse({"is_known": found.facts is not None})


@csrf_exempt
@never_cache
@limit_body(MAX_BODY, refuse=_refuse)
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect(reverse("verification:form") + "#with-file")
    if is_throttled(request, "upload"):
        return ask_to_wait(request)
    if request.POST.get("sha256"):
        return _by_hash(request)
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_form(request, form_file=form)
    count_failure(request, "upload")
    try:
        told = judge_document(
            content=form.cleaned_data["file"].read(),
            today=today_in_japan(),
        )
    except Busy:
        return _busy(request)
    if told.certificate.facts:
        return _original(request, told.certificate)
    return _tell(
        request,
        verdict=told.verdict.value,
        verdict_text=VERDICTS[told.verdict],
        is_demo_key=told.is_demo,
        is_encrypted=told.is_encrypted,
    )


def _busy(request: HttpRequest) -> HttpResponse:
    response = _tell(
        request,
        verdict="problem",
        problem=_("Several files are being checked just now. Please try again in a minute."),
    )
    response.status_code, response["Retry-After"] = 503, "10"
    return response


def _render_scan(request: HttpRequest, form: PhotoForm, problem: str = "") -> HttpResponse:
    response = render(
        request,
        "certificates/scan.html",
        {
            "form": form,
            "problem": PHOTO_PROBLEMS.get(problem),
            "address": base_url() + reverse("verification:form"),
        },
    )
    response["X-Robots-Tag"] = "noindex"
    # The only page that may ask for the camera, where a site forbids it elsewhere.
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


@csrf_exempt
@never_cache
@limit_body(MAX_BODY, refuse=_refuse)
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _render_scan(request, PhotoForm())
    if is_throttled(request, "upload"):
        return ask_to_wait(request)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render_scan(request, form)
    count_failure(request, "upload")
    try:
        code = read_photo(
            content=form.cleaned_data["file"].read(),
            address=base_url() + reverse("verification:form"),
        )
    except Busy:
        return _busy(request)
    except PhotoProblem as problem:
        return _render_scan(request, PhotoForm(), problem.reason)
    return redirect("verification:answer", display_code(code=code))
