"""What the programme has come to, for everybody: no person can be told from it."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from training.domain.figures import latest_build
from training.domain.suppression import SMALL, SMALLEST
from training.tables.writing import CSV_TYPE, write_csv_lines

# They change once a month.
SECONDS = 600


def _headings() -> list[str]:
    return [
        _("Prefecture"),
        _("Registered people"),
        _("Enrolled people"),
        _("Course completed"),
        _("Certified"),
    ]


def _write(cell: int | str) -> str:
    if isinstance(cell, int):
        return f"{cell:,}"
    return _("below %(count)s") % {"count": SMALLEST} if cell == SMALL else _("not published")


def _read() -> dict[str, Any] | None:
    build = latest_build()
    return build.facts["public"] if build else None


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    public = _read()
    context: dict[str, Any] = {"public": public, "headings": _headings(), "smallest": SMALLEST}
    if public:
        context |= {
            "rows": [
                (name or _("no affiliation"), [_write(cell) for cell in cells])
                for _code, name, cells in public["rows"]
            ],
            "totals": [_write(cell) for cell in public["totals"]],
            "until": dt.date.fromisoformat(public["until"]),
        }
    response = render(request, "cms/figures.html", context)
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=SECONDS)
    return response


@require_safe
@cache_control(public=True, max_age=SECONDS)
def figures_csv(request: HttpRequest) -> StreamingHttpResponse:
    public = _read()
    if public is None:
        raise Http404
    rows = [
        [_("Code of the local government"), *_headings()],
        *(
            [code, name or _("no affiliation"), *(_plain(cell) for cell in cells)]
            for code, name, cells in public["rows"]
        ),
        ["", _("Whole programme"), *(_plain(cell) for cell in public["totals"])],
    ]
    response = StreamingHttpResponse(write_csv_lines(rows), content_type=CSV_TYPE)
    name = f"figures-{public['until']}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plain(cell: int | str) -> int | str:
    return cell if isinstance(cell, int) else _write(cell)
