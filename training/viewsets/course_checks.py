"""The report about a course as a whole, for those who may edit it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.clock import today_in_japan
from training.domain.course_checks import check_course
from training.models import CoursePage

from .admin_pages import render_page


@require_safe
def show_check(request: HttpRequest, pk: int) -> HttpResponse:
    course = get_object_or_404(CoursePage, pk=pk)
    if not course.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    checks = check_course(course=course, today=today_in_japan())
    return render_page(
        request,
        "training/admin/course_check.html",
        instance=course,
        title=_("Check of the course"),
        icon="glasses",
        context={
            "checks": checks,
            "error_count": sum(len(check.errors) for check in checks),
            "advice_count": sum(len(check.advice) for check in checks),
        },
    )
