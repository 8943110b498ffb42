"""What is held about a learner: seen, put right, taken away, erased."""

import unicodedata
from contextlib import suppress

from django.contrib import messages
from django.contrib.auth import logout
from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from training.clock import day_in_japan, today_in_japan
from training.domain import erasure, own_data, people
from training.forms import AddressForm, EraseForm, NameForm, PasswordForm, PurposeForm
from training.models import Learner

from .access import learner_required_as_before, next_url, posted

# Wrong passwords within ten minutes: somebody else sits at the keyboard.
MOST_GUESSES, GUESSES_KEPT = 5, 600


@learner_required_as_before
def purpose(request: HttpRequest) -> HttpResponse:
    """A new notice is accepted once, on the way to where one was going."""
    notice = people.current_purpose_notice(today=today_in_japan())
    if notice is None or not request.learner.has_new_purpose:
        return redirect(next_url(request))
    form = PurposeForm(posted(request), notice=notice)
    if form.is_valid():
        people.accept_purpose(learner=request.learner, notice=notice, now=timezone.now())
        return redirect(next_url(request))
    return render(
        request,
        "training/purpose_changed.html",
        {"form": form, "notice": notice, "next": next_url(request)},
    )


@never_cache
@require_safe
def merged(request: HttpRequest) -> HttpResponse:
    """For the account of a double registration that was merged into another."""
    mine = Learner.objects.filter(user_id=request.user.pk).select_related("merged_into__user")
    learner = mine.first()
    if learner is None or learner.merged_into is None:
        return redirect("training:desk")
    hint = people.address_hint(learner=people.present_learner(learner=learner))
    return render(request, "training/merged.html", {"hint": hint})


@require_safe
@learner_required_as_before
def overview(request: HttpRequest) -> HttpResponse:
    tables = own_data.read_tables(learner_id=request.learner.pk)
    return render(request, "training/own_data.html", {"tables": tables})


@learner_required_as_before
def correct_name(request: HttpRequest) -> HttpResponse:
    learner = request.learner
    names = {name: getattr(learner, name) for name in ("full_name", "kana", "former_name")}
    form = NameForm(posted(request), initial=names)
    if form.is_valid():
        is_changed = people.correct_learner(
            learner=learner, user=request.user, now=timezone.now(), **form.cleaned_data
        )
        if is_changed:
            messages.success(request, _("Your name was corrected."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("training:own_data")
    return render(request, "training/correct_name.html", {"form": form, "learner": learner})


@require_POST
@learner_required_as_before
def export(request: HttpRequest) -> FileResponse:
    now = timezone.now()
    file = own_data.export_data(learner=request.learner, user=request.user, now=now)
    name = f"my-data-{day_in_japan(now):%Y%m%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@learner_required_as_before
def erase(request: HttpRequest) -> HttpResponse:
    """What it means, and a box to be ticked; then the second page asks who is asking."""
    form = EraseForm(posted(request))
    if form.is_valid():
        return _ask_again(request, _identity_form(request))
    keeps_account = erasure.keeps_account(user=request.user, now=timezone.now())
    return render(request, "training/erase.html", {"form": form, "keeps_account": keeps_account})


@learner_required_as_before
def confirm_erasure(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("training:erase")
    form = _identity_form(request, is_sent=True)
    if not form.is_valid() or not _is_the_person(request, form):
        return _ask_again(request, form)
    keeps_account = erasure.keeps_account(user=request.user, now=timezone.now())
    with suppress(erasure.AlreadyErased):
        erasure.erase_learner(
            learner_id=request.learner.pk,
            actor=request.user,
            now=timezone.now(),
            reason=_("At the learner's own request."),
        )
    if not keeps_account:
        logout(request)
    return redirect("training:erased")


@never_cache
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "training/erased.html")


def _identity_form(request: HttpRequest, *, is_sent: bool = False) -> PasswordForm | AddressForm:
    data = request.POST if is_sent else None
    return PasswordForm(data) if request.user.has_usable_password() else AddressForm(data)


def _is_the_person(request: HttpRequest, form: PasswordForm | AddressForm) -> bool:
    if isinstance(form, AddressForm):
        given = unicodedata.normalize("NFKC", form.cleaned_data["address"]).strip().casefold()
        if given == request.user.email.casefold():
            return True
        form.add_error("address", _("This is not the address of your account."))
        return False
    key = f"training.erase.{request.user.pk}"
    # Counted before it is looked at: guesses that come at once are no fewer.
    if _count_guess(key) > MOST_GUESSES:
        form.add_error("password", _("Too many wrong passwords. Please wait ten minutes."))
        return False
    if request.user.check_password(form.cleaned_data["password"]):
        return True
    form.add_error("password", _("This is not your password."))
    return False


def _count_guess(key: str) -> int:
    cache.add(key, 0, GUESSES_KEPT)
    try:
        # None from a cache that cannot be reached.
        return cache.incr(key) or 0
    except ValueError:
        # It ran out between the two lines.
        return 1


def _ask_again(request: HttpRequest, form: PasswordForm | AddressForm) -> HttpResponse:
    return render(request, "training/erase_confirm.html", {"form": form})
