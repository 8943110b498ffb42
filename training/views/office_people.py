"""One person of a body, and what the body says of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from training.domain import affiliations, office_deeds, office_people
from training.office_forms import RefusalForm

from .affiliations import serve_evidence
from .office_access import officer_required, own_officer_required

PAGE_SIZE = 100


@require_GET
@officer_required
def person(request: HttpRequest, code: str, learner_id: int) -> HttpResponse:
    seen = office_people.read_person(
        office=request.office, learner_id=learner_id, today=timezone.localdate()
    )
    if seen is None:
        raise Http404
    return render(
        request,
        "training/offices/person.html",
        {
            "office": request.office,
            "can_act": request.scope.can_act_for(code),
            "person": seen,
        },
    )


@require_GET
@officer_required
def waiting(request: HttpRequest, code: str) -> HttpResponse:
    found = office_people.find_waiting(office=request.office)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "training/offices/waiting.html",
        {
            "office": request.office,
            "can_act": request.scope.can_act_for(code),
            "page_obj": page,
        },
    )


def _ids(request: HttpRequest, name: str) -> list[int]:
    given = request.POST.getlist(name)[: office_deeds.MAX_AT_ONCE]
    return [int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 19]


@require_POST
@own_officer_required
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """One or several; from the page of a person it leads back there."""
    chosen = _ids(request, "affiliation")
    done = office_deeds.confirm_several(
        office=request.office, affiliation_ids=chosen, user=request.user, now=timezone.now()
    )
    if not chosen:
        messages.warning(request, _("Nobody was chosen. Please tick the people to be confirmed."))
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
    if person_id := next(iter(_ids(request, "person")), None):
        return redirect("training:office_person", code, person_id)
    return redirect("training:office_waiting", code)


@own_officer_required
def refuse(request: HttpRequest, code: str, affiliation_id: int) -> HttpResponse:
    """A second look and a reason first: the person gets a mail."""
    found = get_object_or_404(
        office_people.affiliations_of(office=request.office), pk=affiliation_id
    )
    back = redirect("training:office_waiting", code)
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
@own_officer_required
def evidence(request: HttpRequest, code: str, evidence_id: int) -> FileResponse:
    found = office_people.open_evidence(
        office=request.office, evidence_id=evidence_id, user=request.user, now=timezone.now()
    )
    if found is None:
        raise Http404
    return serve_evidence(found)
