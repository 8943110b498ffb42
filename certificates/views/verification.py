"""For the town hall, without an account. No cookie is set and no name is written anywhere: names
come by POST, which changes nothing here and therefore needs no token."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from certificates.conf import base_url
from certificates.domain.codes import display_code, read_code
from certificates.domain.names import compare_names
from certificates.domain.verification import (
    JAPAN,
    Answer,
    VerificationStatus,
    is_number,
    verify_code,
    verify_number,
)
from certificates.forms import CodeForm, NameForm, NumberForm

STATES = {
    VerificationStatus.VALID: _("Valid"),
    VerificationStatus.EXPIRED: _("Expired"),
    VerificationStatus.REVOKED: _("Revoked"),
    VerificationStatus.SUPERSEDED: _("Superseded"),
    VerificationStatus.UNKNOWN: _("Could not be confirmed"),
    VerificationStatus.MALFORMED: _("Please check the code"),
}


def _render_form(request: HttpRequest, *, code: CodeForm, number: NumberForm) -> HttpResponse:
    return render(
        request,
        "certificates/verification_form.html",
        {
            "form_code": code,
            "form_number": number,
            "has_errors": bool(code.errors or number.errors),
        },
    )


@require_GET
def form(request: HttpRequest) -> HttpResponse:
    form_code = CodeForm(request.GET if "code" in request.GET else None)
    if form_code.is_bound and form_code.is_valid():
        typed = form_code.cleaned_data["code"]
        read = read_code(typed=typed)
        return redirect("verification:answer", display_code(code=read) if read else typed)
    return _render_form(request, code=form_code, number=NumberForm())


def _render_answer(request: HttpRequest, answer: Answer, **context: Any) -> HttpResponse:
    response = render(
        request,
        "certificates/verification_answer.html",
        {
            "answer": answer,
            "status": answer.status.value,
            "state": STATES[answer.status],
            "facts": answer.facts,
            # Terms end at midnight in Japan, wherever the host's clock is set (rule R9).
            "now": timezone.localtime(timezone=JAPAN),
            "address": base_url() + reverse("verification:form"),
            **context,
        },
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@csrf_exempt
@never_cache
def answer(request: HttpRequest, code: str) -> HttpResponse:
    found = verify_code(typed=code, today=timezone.localdate(timezone=JAPAN))
    if found.facts is None:
        number = is_number(typed=code) if found.problem else False
        return _render_answer(
            request,
            found,
            typed=code[:40],
            problem="number" if number else found.problem and found.problem.value,
            form_code=CodeForm(initial={"code": code}),
            form_number=NumberForm(initial={"number": code} if number else None),
            tried="code",
            is_number_first=number,
        )
    form_name = NameForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form_name": form_name}
    if form_name.is_valid():
        name = form_name.cleaned_data["full_name"]
        match = compare_names(typed=name, printed=found.facts.full_name)
        context |= {"name_answer": match.value, "name": name}
    return _render_answer(request, found, tried="code", typed=found.facts.code, **context)


@csrf_exempt
@never_cache
def by_name(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect(reverse("verification:form") + "#with-name")
    form_number = NumberForm(request.POST)
    if not form_number.is_valid():
        response = _render_form(request, code=CodeForm(), number=form_number)
        response["X-Robots-Tag"] = "noindex"
        return response
    typed = form_number.cleaned_data
    found, match = verify_number(today=timezone.localdate(timezone=JAPAN), **typed)
    return _render_answer(
        request,
        found,
        tried="number",
        typed=typed["number"],
        name=typed["full_name"],
        # An unknown number and a wrong name are one answer, to the byte (rule R7).
        name_answer=match.value if found.facts else None,
        form_code=CodeForm(),
        form_number=form_number,
        is_number_first=True,
    )
