"""For the town hall, without an account. No cookie is set and no name is written anywhere: names
come by POST, which changes nothing here and therefore needs no token."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certificates.conf import base_url
from certificates.domain.codes import display_code, read_code
from certificates.domain.names import NameMatch, compare_names
from certificates.domain.verification import (
    STATES,
    Answer,
    is_number,
    read_number,
    verify_code,
    verify_number,
)
from certificates.forms import CodeForm, DocumentForm, NameForm, NumberForm
from certificates.throttling import count_failure, is_throttled, seconds_to_wait
from training.clock import in_japan, today_in_japan

from .limits import FORM_BYTES, limit_body


def ask_to_wait(request: HttpRequest) -> HttpResponse:
    seconds = seconds_to_wait()
    context = {"minutes": -(-seconds // 60)}
    response = render(request, "certificates/verification_wait.html", context, status=429)
    response["Retry-After"] = str(seconds)
    response["X-Robots-Tag"] = "noindex"
    return response


def render_form(request: HttpRequest, **bound: Form) -> HttpResponse:
    """`bound` are those of its forms that were filled in, and are shown with their errors."""
    forms: dict[str, Form] = {
        "form_code": CodeForm(),
        "form_number": NumberForm(),
        "form_file": DocumentForm(),
    } | bound
    has_errors = any(form.errors for form in bound.values())
    response = render(
        request,
        "certificates/verification_form.html",
        {**forms, "has_errors": has_errors, "max_bytes": DocumentForm.MAX_BYTES},
    )
    if bound:
        response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def form(request: HttpRequest) -> HttpResponse:
    if "code" not in request.GET:
        return render_form(request)
    form_code = CodeForm(request.GET)
    if form_code.is_valid():
        typed = form_code.cleaned_data["code"]
        read = read_code(typed=typed)
        return redirect("verification:answer", display_code(code=read) if read else typed)
    return render_form(request, form_code=form_code)


def render_answer(request: HttpRequest, answer: Answer, **context: Any) -> HttpResponse:
    response = render(
        request,
        "certificates/verification_answer.html",
        {
            "answer": answer,
            "status": answer.status.value,
            "state": STATES[answer.status],
            "facts": answer.facts,
            # Terms end at midnight in Japan, wherever the host's clock is set (rule R9).
            "now": in_japan(timezone.now()),
            "address": base_url() + reverse("verification:form"),
            **context,
        },
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@csrf_exempt
@never_cache
@limit_body(FORM_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    if is_throttled(request, "verification"):
        return ask_to_wait(request)
    found = verify_code(typed=code, today=today_in_japan())
    if found.facts is None:
        # What cannot be a code is a slip of the pen, no guess: counted apart, so that it stops
        # machines and nobody's next try.
        scope = "malformed" if found.problem else "verification"
        if is_throttled(request, scope):
            return ask_to_wait(request)
        count_failure(request, scope)
        number = is_number(typed=code) if found.problem else False
        return render_answer(
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
        if is_throttled(request, "name", found.facts.code):
            return ask_to_wait(request)
        name = form_name.cleaned_data["full_name"]
        match = compare_names(typed=name, printed=found.facts.full_name)
        if match is NameMatch.DIFFERENT:
            count_failure(request, "name", found.facts.code)
        context |= {"name_answer": match.value, "name": name}
    return render_answer(request, found, tried="code", typed=found.facts.code, **context)


@csrf_exempt
@never_cache
@limit_body(FORM_BYTES)
def by_name(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect(reverse("verification:form") + "#with-name")
    form_number = NumberForm(request.POST)
    if not form_number.is_valid():
        return render_form(request, form_number=form_number)
    typed = form_number.cleaned_data
    # As it is read, not as it is typed: there are many ways to write a number.
    subject = str(read_number(typed=typed["number"]))
    if is_throttled(request, "verification") or is_throttled(request, "name", subject):
        return ask_to_wait(request)
    found, match = verify_number(today=today_in_japan(), **typed)
    if not found.facts:
        count_failure(request, "verification")
        count_failure(request, "name", subject)
    return render_answer(
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
