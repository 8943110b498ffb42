"""For the signed-in staff of town halls: a list in, the same list with answers out."""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from certificates import tasks
from certificates.domain import lists
from certificates.domain.list_answers import is_to_look_at
from certificates.forms import ListForm
from certificates.models import BulkVerification
from training.clock import today_in_japan
from training.domain.scopes import read_scope

PERMISSION = "lms_certificates.add_bulkverification"
COUNTED = ("valid", "specimen", "expired", "revoked", "superseded", "unknown")


def for_offices(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever has the permission, and for officers while their appointment lasts."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            scope = read_scope(user=request.user, today=today_in_japan())
            if not scope.is_officer:
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@for_offices
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = lists.start_list(
                user=request.user, file_name=file.name, data=file.read(), now=now
            )
        except lists.TooManyLists:
            form.add_error(
                "file",
                _("You have sent %(count)s lists within an hour. Please wait a while.")
                % {"count": lists.LISTS_PER_HOUR},
            )
        else:
            tasks.ring(tasks.answer_list, made.pk)
            return redirect("certificates:list", made.pk)
    return render(
        request,
        "certificates/lists/index.html",
        {"form": form, "lists": lists.lists_of(user=request.user, now=now)[:50]},
        status=422 if form.errors else 200,
    )


def _own(request: HttpRequest, pk: int) -> BulkVerification:
    return get_object_or_404(lists.lists_of(user=request.user, now=timezone.now()), pk=pk)


@require_GET
@for_offices
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    verification = _own(request, pk)
    to_look_at = [each for each in verification.answers if is_to_look_at(answer=each)]
    is_filtered = request.GET.get("rows") == "check"
    counts = [
        (status, state, number)
        for status in COUNTED
        for state in [_state_of(verification, status)]
        if (number := sum(each["status"] == status for each in verification.answers))
    ]
    return render(
        request,
        "certificates/lists/detail.html",
        {
            "verification": verification,
            "is_waiting": verification.status == BulkVerification.Status.WAITING,
            "is_done": verification.status == BulkVerification.Status.DONE,
            "columns": _describe_columns(verification),
            "counts": counts,
            "answers": to_look_at if is_filtered else verification.answers,
            "to_look_at": len(to_look_at),
            "is_filtered": is_filtered,
            "has_names": not {"name", "family", "given"}.isdisjoint(
                verification.reading.get("columns", {})
            ),
        },
    )


def _state_of(verification: BulkVerification, status: str) -> str:
    return next((e["state"] for e in verification.answers if e["status"] == status), "")


def _describe_columns(verification: BulkVerification) -> list[tuple[str, str]]:
    roles = {
        "code": _("Verification code"),
        "number": _("number"),
        "name": _("full name"),
        "family": _("family name"),
        "given": _("given name"),
    }
    found = verification.reading.get("columns", {})
    return [(label, found[role]) for role, label in roles.items() if role in found]


@require_GET
@for_offices
def download(request: HttpRequest, pk: int) -> FileResponse:
    verification = _own(request, pk)
    if not verification.result:
        raise Http404
    given = PurePath(verification.file_name)
    is_workbook = verification.reading["layout"]["kind"] == "xlsx"
    suffix = ".xlsx" if is_workbook else given.suffix or ".csv"
    kind = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        if is_workbook
        else "text/csv"
    )
    response = FileResponse(verification.result.open("rb"), content_type=kind)
    # Beside the name of the file that was sent.
    said = _("Result")
    name = quote(f"{given.stem}_{said}{suffix}", safe="")
    plain = f"list-{verification.pk}{'.xlsx' if is_workbook else '.csv'}"
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
    return response
