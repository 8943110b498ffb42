"""The simplest honest report of a course: every learner, how far along, in HTML and CSV."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from training.domain.reports import (
    PAGE_SIZE,
    ReportRow,
    enrolments_of,
    read_rows,
    read_versions,
    record_export,
)
from training.models import CoursePage, Enrolment
from training.tables.writing import CSV_TYPE, write_csv_lines


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


def _cells(row: ReportRow) -> list[object]:
    return [
        row.full_name,
        row.local_government,
        row.enrolled_on.isoformat(),
        row.completed_modules,
        row.required_modules,
        row.completed_on.isoformat() if row.completed_on else "",
    ]


@report_access
def enrolments_csv(request: HttpRequest, course_id: int) -> StreamingHttpResponse:
    course = get_object_or_404(CoursePage.objects.only("pk"), pk=course_id)
    header = [
        _("Full name"),
        _("Local government"),
        _("Enrolled on"),
        _("Modules completed"),
        _("Modules required"),
        _("Completed on"),
    ]

    now = timezone.now()

    def rows() -> Iterator[list[object]]:
        count = 0
        try:
            yield header
            versions = read_versions(course_id=course_id)
            facts = enrolments_of(course_id=course_id, versions=versions).iterator(chunk_size=1000)
            for row in read_rows(facts=facts, versions=versions):
                count += 1
                yield _cells(row)
        finally:
            # At the end, or where the reader broke off: counting a million first would cost more
            # than they do.
            record_export(course=course, user=request.user, now=now, count=count)

    response = StreamingHttpResponse(write_csv_lines(rows()), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="enrolments-{course_id}.csv"'
    return response
