"""Registration in three steps. What was typed is kept with each press of a button, right or wrong,
so that it can be gone on with later, on another device too."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from training.clock import today_in_japan
from training.conf import retention_period
from training.domain import evidence, people, registration
from training.domain.registration import STEPS
from training.forms import AffiliationForm, NameForm, PurposeForm
from training.models import Learner, PurposeNotice

from .access import next_url

STASH = "training_registration"
STASH_LIMIT, STASH_SECONDS = 20_000, 900
NOT_TYPED = {"csrfmiddlewaretoken", "next", "go", "back", "later", "list_municipalities"}
TITLES = {
    "purpose": gettext_lazy("Purpose of use of personal information"),
    "name": gettext_lazy("Your name"),
    "affiliation": gettext_lazy("Your local government"),
}


@dataclass(frozen=True)
class Stage:
    """One step as the head of the page and the summary show it."""

    name: str
    title: str
    url: str
    is_current: bool
    is_before: bool


def step_url(name: str, next_page: str, *, check: bool = False) -> str:
    query = {"next": next_page} | ({"check": "1"} if check else {})
    return f"{reverse(f'training:register_{name}')}?{urlencode(query)}"


def build_form(
    name: str, *, notice: PurposeNotice, today: date, **kwargs: Any
) -> PurposeForm | NameForm | AffiliationForm:
    if name == "purpose":
        return PurposeForm(notice=notice, **kwargs)
    return NameForm(**kwargs) if name == "name" else AffiliationForm(today=today, **kwargs)


def _first_open(data: dict[str, Any], notice: PurposeNotice, today: date) -> str | None:
    """The first step that is not done rightly."""
    forms_of = {step: build_form(step, notice=notice, today=today, data=data) for step in STEPS}
    return next((step for step in STEPS if not forms_of[step].is_valid()), None)


@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """The purpose notice first, then the account, then the person: on to the step to go on with."""
    today = today_in_japan()
    notice = people.current_purpose_notice(today=today)
    if notice is None:
        return render(request, "training/registration_closed.html", status=503)
    if not request.user.is_authenticated:
        return render(
            request,
            "training/purpose_notice.html",
            {"notice": notice, "login": redirect_to_login(request.get_full_path()).url},
        )
    data = registration.read_draft(user=request.user)
    wanted = next_url(request, fallback=data.get("next", ""))
    if Learner.objects.filter(user_id=request.user.pk).exists():
        return redirect(wanted)
    return redirect(step_url(_first_open(data, notice, today) or STEPS[-1], wanted))


@never_cache
@login_required
def saved(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "training/registration_saved.html",
        {"days": retention_period("registration_drafts")},
    )


@never_cache
def step(request: HttpRequest, name: str) -> HttpResponse:
    today, now = today_in_japan(), timezone.now()
    if not request.user.is_authenticated:
        _stash(request, name, now)
        return redirect_to_login(request.get_full_path())
    notice = people.current_purpose_notice(today=today)
    if notice is None:
        return render(request, "training/registration_closed.html", status=503)
    wanted = next_url(request)
    if Learner.objects.filter(user_id=request.user.pk).exists():
        return redirect(wanted)
    if request.method != "POST":
        data = registration.read_draft(user=request.user) | _read_stash(request, name, now)
        # Come back to because it is not right, a step says what is wrong; else it just shows.
        kind = "data" if "check" in request.GET else "initial"
        form = build_form(name, notice=notice, today=today, **{kind: data})
        return _show(request, name, form, data, wanted)

    form = build_form(name, notice=notice, today=today, data=request.POST, files=request.FILES)
    _keep_file(request, form)
    data = registration.save_draft(
        user=request.user, fields=_typed(request, form) | {"next": wanted}, now=now
    )
    request.session.pop(STASH, None)
    if "later" in request.POST:
        return redirect("training:register_saved")
    if "back" in request.POST:
        return redirect(step_url(STEPS[max(0, STEPS.index(name) - 1)], wanted))
    if "drop_evidence" in request.POST:
        registration.drop_file(user=request.user, now=now)
        return redirect(step_url(name, wanted))
    if "list_municipalities" in request.POST:
        form = build_form(name, notice=notice, today=today, initial=data)
        return _show(request, name, form, data, wanted)
    if not form.is_valid():
        return _show(request, name, form, data, wanted)
    if name != STEPS[-1]:
        return redirect(step_url(STEPS[STEPS.index(name) + 1], wanted))
    if wrong := _first_open(data, notice, today):
        return redirect(step_url(wrong, wanted, check=True))
    names = NameForm(data)
    names.is_valid()
    people.register_learner(
        user=request.user,
        purpose_notice=notice,
        evidence=registration.find_file(data=data),
        today=today,
        now=now,
        **names.cleaned_data,
        **form.facts(),
    )
    messages.success(request, _("You are registered. Now you can enrol in a course."))
    return redirect(wanted)


def _stash(request: HttpRequest, name: str, now: datetime) -> None:
    """Keep what was typed while the session ran out, until its owner has signed in again. Not for
    long: on a shared computer somebody else may be the next to sign in."""
    size = sum(map(len, request.POST.values()))
    if request.method == "POST" and size <= STASH_LIMIT:
        typed = {key: value for key, value in request.POST.items() if key not in NOT_TYPED}
        request.session[STASH] = {"step": name, "typed": typed, "at": now.timestamp()}
        messages.info(
            request, _("You were signed out. Please sign in again: what you typed is kept.")
        )


def _read_stash(request: HttpRequest, name: str, now: datetime) -> dict[str, str]:
    stash = request.session.get(STASH)
    if not stash or stash["step"] != name or now.timestamp() - stash["at"] > STASH_SECONDS:
        return {}
    return stash["typed"]


def _typed(request: HttpRequest, form: forms.Form) -> dict[str, str]:
    """An empty text for a box that is not ticked."""
    files = [name for name, field in form.fields.items() if isinstance(field, forms.FileField)]
    return {name: request.POST.get(name, "") for name in form.fields if name not in files}


def _keep_file(request: HttpRequest, form: forms.Form) -> None:
    if not request.FILES.get("evidence") or "evidence" not in form.fields:
        return
    form.is_valid()
    if upload := form.cleaned_data.get("evidence"):
        stored = evidence.store_upload(upload=upload, name=upload.name)
        registration.keep_file(user=request.user, stored=stored, now=timezone.now())
    elif {"later", "back", "list_municipalities"} & set(request.POST):
        # The page that comes now has no place for it.
        for problem in form.errors.get("evidence", ()):
            messages.error(request, problem)


def _show(
    request: HttpRequest, name: str, form: forms.Form, data: dict[str, Any], wanted: str
) -> HttpResponse:
    stages = [
        Stage(
            name=each,
            title=str(TITLES[each]),
            url=step_url(each, wanted),
            is_current=each == name,
            is_before=STEPS.index(each) < STEPS.index(name),
        )
        for each in STEPS
    ]
    return render(
        request,
        f"training/register_{name}.html",
        {
            "form": form,
            "notice": getattr(form, "notice", None),
            "next": wanted,
            "stages": stages,
            "number": STEPS.index(name) + 1,
            "title": TITLES[name],
            "entered": data,
            "file": registration.find_file(data=data),
        },
    )
