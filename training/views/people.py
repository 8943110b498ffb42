from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from training.clock import today_in_japan
from training.domain import bodies
from training.domain.progress import read_all_progress
from training.forms import clean_code
from training.models import CoursePage, Enrolment

from .access import learner_required


@learner_required
def desk(request: HttpRequest) -> HttpResponse:
    """The learner's own page: courses under way and completed, and what is open to enrol in."""
    enrolments = list(
        Enrolment.objects.filter(learner=request.learner, withdrawn_at=None)
        .select_related("course", "version")
        .order_by("-enrolled_at")
    )
    for each in enrolments:
        # One instance for all: what is found out about the learner is found out once.
        each.learner = request.learner
    progress = read_all_progress(courses=[(each.course.path, each) for each in enrolments])
    rows = [
        {
            "enrolment": each,
            "course_url": each.course.get_url() if each.course.live else "",
            "progress": seen,
        }
        for each, seen in zip(enrolments, progress, strict=True)
    ]
    taken = [row["enrolment"].course_id for row in rows]
    open_courses = CoursePage.objects.live().public().exclude(pk__in=taken).order_by("path")
    return render(
        request,
        "training/desk.html",
        {"learner": request.learner, "rows": rows, "open_courses": open_courses},
    )


@require_GET
@login_required
def municipalities(request: HttpRequest) -> HttpResponse:
    """The options of one prefecture, for the form's script."""
    today = today_in_japan()
    offered = bodies.offer_municipalities(
        prefecture=clean_code(request.GET.get("prefecture")),
        is_past="past" in request.GET,
        today=today,
    )
    options = [(body.pk, bodies.label_in_prefecture(body=body, today=today)) for body in offered]
    return render(request, "training/components/municipality_options.html", {"options": options})
