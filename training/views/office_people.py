"""One person of a body, and what the body says of them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from training.clock import today_in_japan
from training.domain import affiliations, office_deeds, office_people
from training.office_forms import RefusalForm

from .affiliations import serve_evidence
from .office_access import decider_required, officer_required

PAGE_SIZE = 100
OWN = gettext_lazy(
    "Nobody decides on their own affiliation. Another officer of this body does, or one of the"
    " prefecture, or the ministry."
)


@require_GET
@officer_required
def person(request: HttpRequest, code: str, learner_id: int) -> HttpResponse:
    seen = office_people.read_person(
        office=request.office,
        scope=request.scope,
        learner_id=learner_id,
        today=today_in_japan(),
    )
    if seen is None:
        raise Http404
    return render(
        request,
        "training/offices/person.html",
        {
            "office": request.office,
            "can_act": request.scope.can_act_for(code),
            "is_own": seen.learner.user_id == request.user.pk,
            "person": seen,
        },
    )


def _find_waiting(request: HttpRequest) -> Any:
    return office_people.find_waiting(
        office=request.office, scope=request.scope, today=today_in_japan()
    )


@require_GET
@officer_required
def waiting(request: HttpRequest, code: str) -> HttpResponse:
    page = Paginator(_find_waiting(request), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "training/offices/waiting.html",
        {
            "office": request.office,
            "can_act": request.scope.can_act_for(code),
            "decides": any(each.may_decide for each in page),
            "page_obj": page,
        },
    )


def _ids(request: HttpRequest, name: str) -> list[int]:
    given = request.POST.getlist(name)[: office_deeds.MAX_AT_ONCE]
    return [int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 19]


@require_POST
@decider_required
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """One or several, or everybody that a page showed: first the list of them to look at again,
    then the deed. From the page of a person it leads back there."""
    chosen = _ids(request, "shown" if "everybody" in request.POST else "affiliation")
    if not request.scope.can_act_for(code):
        ours = office_people.affiliations_of(office=request.office).filter(_decidable(request))
        if not ours.filter(pk__in=chosen).exists():
            raise PermissionDenied
    if chosen and "confirmed" not in request.POST:
        found = list(_find_waiting(request).filter(pk__in=chosen, may_decide=True))
        if found:
            context = {"office": request.office, "affiliations": found}
            return render(request, "training/offices/confirm.html", context)
    done = office_deeds.confirm_several(
        office=request.office,
        scope=request.scope,
        affiliation_ids=chosen,
        user=request.user,
        now=timezone.now(),
    )
    _tell(request, done, is_any_chosen=bool(chosen))
    if person_id := next(iter(_ids(request, "person")), None):
        return redirect("training:office_person", code, person_id)
    return redirect("training:office_waiting", code)


def _decidable(request: HttpRequest) -> Q:
    return office_people.decidable(
        office=request.office, scope=request.scope, today=today_in_japan()
    )


def _tell(request: HttpRequest, done: office_deeds.Confirmed, *, is_any_chosen: bool) -> None:
    if not is_any_chosen:
        messages.warning(request, _("Nobody was chosen. Please tick the people to be confirmed."))
    if done.own:
        messages.warning(request, OWN)
    if done.count:
        messages.success(
            request,
            ngettext(
                "%(count)s affiliation confirmed.", "%(count)s affiliations confirmed.", done.count
            )
            % {"count": done.count},
        )
    if done.decided:
        messages.info(
            request,
            ngettext(
                "%(count)s was decided already, maybe by a colleague. It stays as it was decided.",
                "%(count)s were decided already, maybe by a colleague. They stay as they were "
                "decided.",
                done.decided,
            )
            % {"count": done.decided},
        )


@decider_required
def refuse(request: HttpRequest, code: str, affiliation_id: int) -> HttpResponse:
    """A second look and a reason first: the person gets a mail."""
    found = get_object_or_404(
        office_people.affiliations_of(office=request.office), pk=affiliation_id
    )
    back = redirect("training:office_waiting", code)
    if found.learner.user_id == request.user.pk:
        messages.warning(request, OWN)
        return back
    if not request.scope.can_act_for(code):
        ours = office_people.affiliations_of(office=request.office).filter(_decidable(request))
        if not ours.filter(pk=found.pk).exists():
            raise PermissionDenied
    if found.confirmed_at or found.refused_at:
        messages.info(request, _("This was decided already, maybe by a colleague."))
        return back
    form = RefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            affiliations.refuse_affiliation(
                affiliation_id=found.pk,
                user=request.user,
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except affiliations.AlreadyDecided:
            messages.info(request, _("This was decided already, maybe by a colleague."))
        else:
            messages.success(request, _("Refused. The person gets a mail with the reason."))
        return back
    return render(
        request,
        "training/offices/refuse.html",
        {"office": request.office, "affiliation": found, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@decider_required
def evidence(request: HttpRequest, code: str, evidence_id: int) -> FileResponse:
    found = office_people.open_evidence(
        office=request.office,
        scope=request.scope,
        evidence_id=evidence_id,
        user=request.user,
        today=today_in_japan(),
        now=timezone.now(),
    )
    if found is None and not request.scope.can_act_for(code):
        raise PermissionDenied
    if found is None:
        raise Http404
    return serve_evidence(found)
