"""For the town hall, without an account. No cookie is set and no name is written anywhere: names
come by POST, which changes nothing here and therefore needs no token."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from certificates.domain.codes import display_code, read_code
from certificates.domain.names import compare_names
from certificates.domain.verification import JAPAN, Answer, verify_code, verify_number
from certificates.forms import CodeForm, NameForm, NumberForm


def _today() -> date:
    """Terms end at midnight in Japan, wherever the host's clock is set (rule R9)."""
    return timezone.localdate(timezone=JAPAN)


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def form(request: HttpRequest) -> HttpResponse:
    form_code = CodeForm(request.GET if "code" in request.GET else None)
    if form_code.is_bound and form_code.is_valid():
        return redirect("verification:answer", form_code.cleaned_data["code"])
    return render(
        request,
        "certificates/verification_form.html",
        {"form_code": form_code, "form_name": NumberForm()},
    )


def _render_answer(
    request: HttpRequest,
    answer: Answer,
    *,
    code: str,
    name_form: NameForm | None,
    name_answer: str | None,
) -> HttpResponse:
    return _private(
        render(
            request,
            "certificates/verification_answer.html",
            {
                "status": answer.status.value,
                "facts": answer.facts,
                "revoked_on": answer.revoked_on,
                "superseded_number": answer.superseded_number,
                "code": code,
                "form": name_form,
                "name_answer": name_answer,
            },
        )
    )


@csrf_exempt
@never_cache
def answer(request: HttpRequest, code: str) -> HttpResponse:
    found = verify_code(typed=code, today=_today())
    read = read_code(typed=code)
    name_form = NameForm(request.POST or None) if found.facts else None
    name_answer = None
    if name_form and name_form.is_bound and name_form.is_valid():
        name_answer = compare_names(
            typed=name_form.cleaned_data["full_name"], printed=found.facts.full_name
        ).value
    return _render_answer(
        request,
        found,
        code=display_code(code=read) if read else code[:40],
        name_form=name_form,
        name_answer=name_answer,
    )


@csrf_exempt
@never_cache
@require_POST
def by_name(request: HttpRequest) -> HttpResponse:
    form_name = NumberForm(request.POST)
    if not form_name.is_valid():
        return _private(
            render(
                request,
                "certificates/verification_form.html",
                {"form_code": CodeForm(), "form_name": form_name},
            )
        )
    found, match = verify_number(today=_today(), **form_name.cleaned_data)
    return _render_answer(
        request,
        found,
        code=form_name.cleaned_data["number"] if found.facts is None else found.facts.code,
        name_form=None,
        name_answer=match.value if found.facts else None,
    )
