"""What a town sees of its people, and a prefecture of its towns."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from training.clock import today_in_japan
from training.domain import office_deeds, offices, prefectures
from training.domain.bodies import present_body
from training.domain.office_counts import Counts, count_people
from training.domain.people_rows import read_rows
from training.domain.scopes import read_scope
from training.models import LocalGovernment
from training.office_forms import PeopleFilterForm
from training.tables.writing import CSV_TYPE, XLSX_TYPE, write_csv_lines, write_workbook_rows

from .office_access import INVITES, officer_required

PAGE_SIZE = 50
WIDTHS = (20, 24, 22, 12, 12, 14, 14, 34, 44, 12, 12, 24, 24, 12)


class CountedPaginator(Paginator):
    """For rows that were counted with everything else."""

    def __init__(self, rows: Any, per_page: int, *, count: int) -> None:
        super().__init__(rows, per_page)
        self._count = count

    @cached_property
    def count(self) -> int:
        return self._count


@require_GET
@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The bodies that one acts for; with a single one, straight there."""
    scope = read_scope(user=request.user, today=today_in_japan())
    invites = request.user.has_perm(INVITES)
    if not (scope.own or scope.is_ministry or invites):
        raise Http404
    own = LocalGovernment.objects.filter(pk__in=scope.own, successor=None)
    bodies = list(own.select_related("prefecture"))
    if len(bodies) == 1 and not scope.is_ministry:
        return redirect("training:office", bodies[0].pk)
    everywhere = LocalGovernment.objects.filter(prefecture=None) if scope.is_ministry else []
    return render(
        request,
        "training/offices/index.html",
        {"bodies": bodies, "prefectures": everywhere, "invites": invites},
    )


@require_GET
@officer_required
def office(request: HttpRequest, code: str) -> HttpResponse:
    body = request.office.body
    today = today_in_japan()
    now_body = present_body(body=body, today=today)
    if now_body != body and request.scope.can_see(now_body.pk):
        return redirect("training:office", now_body.pk)
    if request.office.is_prefecture:
        return _prefecture(request, today)
    return _people(request, today)


@require_GET
@officer_required
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Of a prefecture, its own staff; of a town the same as its page."""
    return _people(request, today_in_japan())


def _people(request: HttpRequest, today: date) -> HttpResponse:
    now = timezone.now()
    form = PeopleFilterForm(request.GET)
    filters = form.read()
    scope = {"codes": request.office.codes, "filters": filters, "today": today, "now": now}
    counts = count_people(**scope)
    found = offices.find_people(**scope)
    page = CountedPaginator(found, PAGE_SIZE, count=counts.matching).get_page(
        request.GET.get("page")
    )
    rows = list(read_rows(affiliations=page.object_list, today=today, now=now, chunk=PAGE_SIZE))
    return render(
        request,
        "training/offices/people.html",
        {
            "office": request.office,
            "can_act": request.scope.can_act_for(request.office.body.pk),
            "prefecture": _overseeing(request),
            "form": form,
            "filters": filters,
            "people_url": reverse("training:office_people", args=[request.office.body.pk]),
            "not_started": offices.Status.NOT_STARTED.label,
            "counts": counts,
            "tiles": _tiles(counts),
            "rows": rows,
            "page_obj": page,
            "query": _query(request),
            "has_courses": len({c.title for row in rows for c in row.courses}) > 1,
        },
    )


def _overseeing(request: HttpRequest) -> LocalGovernment | None:
    """The way back for whoever looks at a town from above."""
    body = request.office.body
    return None if request.scope.can_act_for(body.pk) else body.prefecture


def _tiles(counts: Counts) -> list[tuple[str, int, str]]:
    status = offices.Status
    tiles = [
        (_("Number of people"), counts.people, ""),
        (str(status.NOT_STARTED.label), counts.not_started, f"status={status.NOT_STARTED}"),
        (str(status.UNDER_WAY.label), counts.under_way, f"status={status.UNDER_WAY}"),
        (_("of these stuck"), counts.stuck, "stuck=on"),
        (str(status.COMPLETED.label), counts.completed, f"status={status.COMPLETED}"),
    ]
    if counts.certified is not None:
        tiles.append((_("With a valid certificate"), counts.certified, ""))
    return tiles


def _query(request: HttpRequest) -> str:
    """The filters of the address, without the page."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()


def _attach(response: HttpResponse, body: LocalGovernment, what: str, plain: str) -> HttpResponse:
    suffix = plain.rpartition(".")[2]
    name = f"{body}_{what}.{suffix}"
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response


def _export(request: HttpRequest) -> Iterator[list[Any]]:
    return office_deeds.export_people(
        office=request.office,
        filters=PeopleFilterForm(request.GET).read(),
        user=request.user,
        now=timezone.now(),
    )


@require_POST
@officer_required
def people_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    rows = _export(request)
    response = StreamingHttpResponse(write_csv_lines(rows), content_type=CSV_TYPE)
    return _attach(response, request.office.body, _("list of people"), f"people-{code}.csv")


@require_POST
@officer_required
def people_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    content = write_workbook_rows(_export(request), title=_("list of people"), widths=WIDTHS)
    response = HttpResponse(content, content_type=XLSX_TYPE)
    return _attach(response, request.office.body, _("list of people"), f"people-{code}.xlsx")


def _prefecture(request: HttpRequest, today: date) -> HttpResponse:
    body = request.office.body
    seen = prefectures.read_prefecture(prefecture=body, today=today)
    sort, only = request.GET.get("sort", "code"), request.GET.get("only", "")
    towns = prefectures.choose_towns(towns=seen.towns, sort=sort, only=only)
    return render(
        request,
        "training/offices/prefecture.html",
        {
            "office": request.office,
            "can_act": request.scope.can_act_for(body.pk),
            "seen": seen,
            "towns": towns,
            "offices_url": reverse("training:offices"),
            "columns": _columns(sort, only),
            "only": only,
            "query": _query(request),
        },
    )


def _columns(sort: str, only: str) -> list[dict[str, str]]:
    """What a press on each heading leads to, and how the column is sorted now."""
    labels = {
        "code": _("Municipality"),
        "people": _("Number of people"),
        "enrolled": _("Enrolled"),
        "completed": _("Course completed"),
        "certified": _("With a valid certificate"),
        "waiting": _("Confirmations waiting"),
    }
    columns = []
    for name, label in labels.items():
        # Numbers begin with the largest, names with the first.
        first, second = (name, f"-{name}") if name == "code" else (f"-{name}", name)
        following = second if sort == first else first
        direction = ""
        if sort.removeprefix("-") == name:
            direction = "descending" if sort.startswith("-") else "ascending"
        columns.append(
            {
                "label": label,
                "query": f"sort={following}" + (f"&only={quote(only)}" if only else ""),
                "direction": direction,
            }
        )
    return columns


@require_POST
@officer_required
def towns_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    if not request.office.is_prefecture:
        raise Http404
    body = request.office.body
    seen = prefectures.read_prefecture(prefecture=body, today=today_in_japan())
    sort, only = request.GET.get("sort", "code"), request.GET.get("only", "")
    towns = prefectures.choose_towns(towns=seen.towns, sort=sort, only=only)
    rows = office_deeds.export_towns(
        prefecture=body, towns=towns, only=only, user=request.user, now=timezone.now()
    )
    response = StreamingHttpResponse(write_csv_lines(rows), content_type=CSV_TYPE)
    return _attach(response, body, _("list of municipalities"), f"towns-{code}.csv")
