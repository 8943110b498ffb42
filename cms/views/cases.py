"""Case studies with filters and a map, and what bodies hand in of their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from cms.case_forms import CaseFilterForm, CaseForm
from cms.domain.cases import count_by_prefecture, find_cases, list_submitted, submit_case
from training.models import LocalGovernment
from training.views.office_access import acting_officer_required
from training.viewsets.tiles import PLACES

# Of a tile, with the space beside it.
TILE = 50
# On a phone the map does not fit: what lies east comes first, the west beneath it.
EAST = 6
HALVES = (
    {"box": "299 -4 350 508", "width": 350, "height": 508},
    {"box": "-1 246 300 262", "width": 300, "height": 262},
)


def _draw_halves(counts: dict[str, int], chosen: dict[str, str]) -> list[dict[str, Any]]:
    """Tiles with cases lead to them, with the other filters as they are."""
    east: list[dict[str, Any]] = []
    west: list[dict[str, Any]] = []
    for code, (column, row, name) in PLACES.items():
        query = urlencode({**chosen, "prefecture": code})
        (east if column >= EAST else west).append(
            {
                "x": column * TILE,
                "y": row * TILE,
                "name": name,
                "count": counts.get(code, 0),
                "url": f"{reverse('cases')}?{query}",
                "is_chosen": chosen.get("prefecture") == code,
            }
        )
    return [half | {"tiles": tiles} for half, tiles in zip(HALVES, (east, west), strict=True)]


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    prefectures = list(LocalGovernment.objects.filter(prefecture=None))
    form = CaseFilterForm(request.GET, prefectures=prefectures)
    # What nobody offers is no filter; the form says so.
    form.full_clean()
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    elsewhere = {name: value for name, value in chosen.items() if name != "prefecture"}
    context = {
        "form": form,
        "cases": find_cases(**chosen),
        "is_filtered": bool(chosen),
        "halves": _draw_halves(count_by_prefecture(cases=find_cases(**elsewhere)), chosen),
    }
    return render(request, "cms/cases.html", context)


@require_GET
@acting_officer_required
def submitted(request: HttpRequest) -> HttpResponse:
    rows = list_submitted(bodies=request.scope.own)
    return render(request, "cms/offices/cases.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@acting_officer_required
def submit(request: HttpRequest) -> HttpResponse:
    bodies = LocalGovernment.objects.filter(pk__in=request.scope.own, successor=None)
    form = CaseForm(request.POST or None, bodies=bodies.select_related("prefecture"))
    if form.is_valid():
        now = timezone.now()
        submission = submit_case(
            fields=form.read_fields(),
            body=form.cleaned_data["body"],
            officer=request.user,
            now=now,
        )
        if submission.submitted_at == now:
            messages.success(
                request, _("Your case is with the ministry. It appears here once it is published.")
            )
        else:
            # Perhaps it was put aside or deleted since.
            messages.info(
                request,
                _(
                    "This case was handed in before, word for word. The list says what became of"
                    " it; to hand it in again, please change what the ministry asks for."
                ),
            )
        return redirect("office_cases:index")
    return render(request, "cms/offices/case.html", {"form": form})
