"""The simplest honest report of a course: every learner, how far along, in HTML and CSV."""

import csv
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from training.domain.reports import (
    PAGE_SIZE,
    ReportRow,
    enrolments_of,
    read_rows,
    read_versions,
)
from training.models import CoursePage, Enrolment

JAPAN = ZoneInfo("Asia/Tokyo")
# A spreadsheet runs a cell that begins like this as a formula.
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")


def report_access(view):
    return never_cache(
        require_GET(
            login_required(
                permission_required("lms_training.view_enrolment", raise_exception=True)(view)
            )
        )
    )


@report_access
def courses(request: HttpRequest) -> HttpResponse:
    """Where the reports are found: the courses that somebody is enrolled in."""
    enrolled = CoursePage.objects.filter(enrolments__isnull=False).distinct().order_by("path")
    return render(request, "training/reports.html", {"courses": enrolled.only("pk", "title")})


@report_access
def enrolments(request: HttpRequest, course_id: int) -> HttpResponse:
    course = get_object_or_404(CoursePage.objects.only("pk", "title"), pk=course_id)
    versions = read_versions(course_id=course_id)
    facts = enrolments_of(course_id=course_id, versions=versions)
    page = Paginator(facts, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(read_rows(facts=page.object_list, versions=versions))
    completed = Enrolment.objects.completed().filter(course_id=course_id).count()
    return render(
        request,
        "training/report.html",
        {"course": course, "rows": rows, "page_obj": page, "completed_count": completed},
    )


class _Echo:
    """csv.writer wants a file; this one hands each line straight back."""

    def write(self, line: str) -> str:
        return line


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _cells(row: ReportRow) -> list[object]:
    return [
        _inert(row.full_name),
        row.local_government,
        f"{row.enrolled_at.astimezone(JAPAN):%Y-%m-%d}",
        row.completed_modules,
        row.required_modules,
        f"{row.completed_at.astimezone(JAPAN):%Y-%m-%d}" if row.completed_at else "",
    ]


@report_access
def enrolments_csv(request: HttpRequest, course_id: int) -> StreamingHttpResponse:
    get_object_or_404(CoursePage.objects.only("pk"), pk=course_id)
    header = [
        _("Full name"),
        _("Local government"),
        _("Enrolled on"),
        _("Modules completed"),
        _("Modules required"),
        _("Completed on"),
    ]

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        # Excel takes UTF-8 for what it is only after a byte-order mark.
        yield "\ufeff" + writer.writerow(header)
        versions = read_versions(course_id=course_id)
        facts = enrolments_of(course_id=course_id, versions=versions).iterator(chunk_size=1000)
        # A chunk at a time: one write to the client per learner would cost more than the query.
        chunk: list[str] = []
        for row in read_rows(facts=facts, versions=versions):
            chunk.append(writer.writerow(_cells(row)))
            if len(chunk) == 500:
                yield "".join(chunk)
                chunk = []
        yield "".join(chunk)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="enrolments-{course_id}.csv"'
    return response
