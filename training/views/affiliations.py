"""The learner's affiliations over time: added, ended, changed for another, shown by a document."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.clock import today_in_japan
from training.domain import affiliations
from training.domain import evidence as documents
from training.forms import AffiliationForm, EndForm, EvidenceForm, TransferForm
from training.models import Affiliation, Evidence

from .access import learner_required, learner_required_as_before, posted


@require_safe
@learner_required_as_before
def history(request: HttpRequest) -> HttpResponse:
    rows = affiliations.read_rows(learner_id=request.learner.pk, today=today_in_japan())
    return render(request, "training/affiliations.html", {"rows": rows})


@learner_required
def add(request: HttpRequest) -> HttpResponse:
    today, now = today_in_japan(), timezone.now()
    form, is_sent = _read(request, AffiliationForm, today=today)
    if is_sent and form.is_valid():
        upload = form.cleaned_data["evidence"]
        try:
            affiliations.add_affiliation(
                learner=request.learner,
                today=today,
                now=now,
                stored=documents.store_upload(upload=upload, name=upload.name) if upload else None,
                **form.facts(),
            )
        except affiliations.AlreadyThere:
            form.add_error(None, _("You have this affiliation already."))
        except documents.BadEvidence as problem:
            form.add_error("evidence", str(problem))
        else:
            messages.success(
                request, _("Your affiliation was entered. Your local government will confirm it.")
            )
            return redirect("training:affiliations")
    return render(request, "training/affiliation_add.html", {"form": form})


@learner_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = _find_ongoing(request, pk)
    form = EndForm(posted(request))
    if form.is_valid():
        ended_on = form.cleaned_data["ended_on"]
        try:
            affiliations.end_affiliation(
                affiliation_id=pk, ended_on=ended_on, today=today_in_japan()
            )
        except affiliations.EndsBeforeStart:
            form.add_error("ended_on", _("The last day lies before the first."))
        except affiliations.AlreadyEnded:
            messages.info(request, _("The end of this affiliation was entered already."))
            return redirect("training:affiliations")
        else:
            messages.success(request, _("The end of your office was entered."))
            return redirect("training:affiliations")
    return render(request, "training/affiliation_end.html", {"form": form, "row": row})


@learner_required
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    today = today_in_japan()
    row = _find_ongoing(request, pk)
    initial = {"category": row.affiliation.category}
    form, is_sent = _read(request, TransferForm, today=today, start=initial)
    if is_sent and form.is_valid():
        data = form.cleaned_data
        try:
            affiliations.transfer(
                affiliation_id=pk,
                ended_on=data["ended_on"],
                started_on=data["started_on"],
                category=data["category"],
                local_government=form.body,
                today=today,
                now=timezone.now(),
            )
        except affiliations.EndsBeforeStart:
            form.add_error("ended_on", _("The last day lies before the first."))
        except affiliations.AlreadyThere:
            form.add_error("municipality", _("You have this affiliation already."))
        except affiliations.AlreadyEnded:
            messages.info(request, _("The end of this affiliation was entered already."))
            return redirect("training:affiliations")
        else:
            messages.success(
                request, _("Your transfer was entered. The new local government will confirm it.")
            )
            return redirect("training:affiliations")
    return render(request, "training/affiliation_transfer.html", {"form": form, "row": row})


@learner_required_as_before
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    waiting = Affiliation.objects.waiting().filter(learner=request.learner)
    affiliation = get_object_or_404(waiting, pk=pk)
    if request.method == "POST":
        try:
            affiliations.withdraw_affiliation(
                affiliation_id=pk, user=request.user, now=timezone.now()
            )
        except affiliations.AlreadyDecided:
            messages.info(request, _("Your local government has decided on this already."))
        else:
            messages.success(request, _("Your entry was taken back."))
        return redirect("training:affiliations")
    row = affiliations.read_row(affiliation=affiliation, today=today_in_japan())
    return render(request, "training/affiliation_withdraw.html", {"row": row})


@learner_required
def add_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    affiliation = get_object_or_404(Affiliation, pk=pk, learner=request.learner, refused_at=None)
    row = affiliations.read_row(affiliation=affiliation, today=today_in_japan())
    form = EvidenceForm(posted(request), request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["evidence"]
        try:
            documents.add_evidence(
                affiliation=affiliation, upload=upload, name=upload.name, now=timezone.now()
            )
        except documents.BadEvidence as problem:
            form.add_error("evidence", str(problem))
        else:
            messages.success(request, _("The document was added."))
            return redirect("training:affiliations")
    return render(request, "training/evidence_add.html", {"form": form, "row": row})


@require_safe
@learner_required_as_before
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    """One's own document. Officers ask for it by POST, which is logged."""
    found = Evidence.objects.filter(affiliation__learner=request.learner, deleted_at=None)
    return serve_evidence(get_object_or_404(found.exclude(file=""), pk=pk))


def serve_evidence(evidence: Evidence) -> FileResponse:
    """Never shown inside the site: what somebody uploaded is not ours to run."""
    try:
        file = evidence.file.open("rb")
    except FileNotFoundError as error:  # its clock ran out this moment
        raise Http404 from error
    response = FileResponse(
        file,
        as_attachment=True,
        filename=documents.download_name(evidence=evidence),
        content_type=documents.content_type_of(evidence=evidence),
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _find_ongoing(request: HttpRequest, pk: int) -> affiliations.Row:
    """Of the learner's own, one whose end has not come."""
    today = today_in_japan()
    mine = Affiliation.objects.current(today=today).filter(learner=request.learner)
    return affiliations.read_row(affiliation=get_object_or_404(mine, pk=pk), today=today)


def _read(
    request: HttpRequest, form_class: type, *, start: dict[str, Any] | None = None, **kwargs: Any
) -> tuple[Any, bool]:
    """The form, and whether it was sent to be taken: the button that lists municipalities shows
    what was typed again."""
    if request.method != "POST":
        return form_class(initial=start or {}, **kwargs), False
    if "list_municipalities" in request.POST:
        return form_class(initial=request.POST.dict(), **kwargs), False
    form: forms.Form = form_class(request.POST, request.FILES, **kwargs)
    return form, True
