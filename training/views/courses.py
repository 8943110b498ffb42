import json

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.clock import today_in_japan
from training.conf import base_url
from training.domain import completion, enrolments
from training.domain.lessons import Lesson
from training.domain.outlines import CourseNotReady
from training.domain.people import find_learner
from training.domain.pretending import pretend_learner
from training.domain.progress import CourseProgress, read_all_progress, read_progress
from training.domain.quizzes import find_next_attempt
from training.models import CoursePage, ModulePage

from .access import is_open_to, learner_required

# Inside a script element; browsers take it for data and run nothing of it.
UNSAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def _describe_course(page: CoursePage, progress: CourseProgress) -> SafeString:
    """For search engines, in the words of schema.org."""
    facts = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": page.title,
        "description": page.summary,
        "url": f"{base_url()}{page.get_url()}",
        "inLanguage": settings.LANGUAGE_CODE,
        "provider": {
            "@type": "Organization",
            "name": settings.WAGTAIL_SITE_NAME,
            "url": base_url(),
        },
        "hasCourseInstance": {
            "@type": "CourseInstance",
            "courseMode": "online",
            "courseWorkload": f"PT{progress.study_minutes}M",
        },
    }
    # Nothing in it can end the element.
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(UNSAFE))  # noqa: S308


def preview_course(request: HttpRequest, page: CoursePage, state: str) -> HttpResponse:
    pretended = pretend_learner(course=page, state=state, now=timezone.now())
    context = {
        "page": page,
        "course_url": page.get_url(),
        "enrolment": pretended.enrolment,
        "progress": pretended.progress,
        "next_attempt": pretended.next_attempt,
    }
    return render(request, "training/course_page.html", context)


def preview_module(
    request: HttpRequest, lesson: Lesson, page: CoursePage, state: str
) -> HttpResponse:
    pretended = pretend_learner(
        course=page, state=state, now=timezone.now(), module_id=lesson.module_id
    )
    context = {
        "lesson": lesson,
        "enrolment": pretended.enrolment,
        "progress": pretended.progress,
        "next_attempt": pretended.next_attempt,
    }
    return render(request, "training/module_page.html", context)


def course(request: HttpRequest, page: CoursePage) -> HttpResponse:
    enrolment = enrolments.find_enrolment(user_id=request.user.pk, course_id=page.pk)
    progress = read_progress(course_path=page.path, enrolment=enrolment)
    following, step = None, progress.next_open
    if enrolment and not enrolment.completed_at and step and step.quiz_id:
        following = find_next_attempt(
            enrolment=enrolment, module_id=step.module_id, rules=None, now=timezone.now()
        )
    return render(
        request,
        "training/course_page.html",
        {
            "page": page,
            "course_url": page.get_url(),
            "enrolment": enrolment,
            "progress": progress,
            "next_attempt": following,
            "structured_data": _describe_course(page, progress),
        },
    )


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """All courses. A host mounts it where it likes, by the name "courses"."""
    own = enrolments.find_enrolments(user_id=request.user.pk)
    pages = list(CoursePage.objects.live().public().order_by("path"))
    progress = read_all_progress(courses=[(page.path, own.get(page.pk)) for page in pages])
    rows = [
        {"page": page, "url": page.get_url(), "enrolment": own.get(page.pk), "progress": seen}
        for page, seen in zip(pages, progress, strict=True)
    ]
    return render(request, "training/courses.html", {"rows": rows})


def module(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    enrolment = enrolments.find_enrolment(user_id=request.user.pk, course_id=lesson.course_id)
    progress = read_progress(
        course_path=lesson.course_path, enrolment=enrolment, current_module_id=lesson.module_id
    )
    following = None
    if enrolment and progress.current and progress.current.quiz_id:
        following = find_next_attempt(
            enrolment=enrolment,
            module_id=lesson.module_id,
            rules=progress.limits,
            now=timezone.now(),
        )
    return render(
        request,
        "training/module_page.html",
        {
            "lesson": lesson,
            "enrolment": enrolment,
            "progress": progress,
            "next_attempt": following,
        },
    )


def enrol(request: HttpRequest, course_id: int) -> HttpResponse:
    """Anonymous visitors sign up first and come back to the course to press the button again."""
    page = get_object_or_404(CoursePage.objects.live(), pk=course_id)
    course_url = page.get_url()
    if request.method != "POST":
        # Whoever signed in on the way comes back by GET, which must not enrol.
        return redirect(course_url)
    if not is_open_to(request, page):
        # The page itself asks for what is missing.
        return redirect(course_url)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('training:register')}?{urlencode({'next': course_url})}")
    learner = find_learner(user_id=request.user.pk, today=today_in_japan())
    if learner is None:
        return redirect(f"{reverse('training:register')}?{urlencode({'next': course_url})}")
    if learner.merged_into_id:
        return redirect("training:merged")
    if learner.has_new_purpose:
        return redirect(f"{reverse('training:purpose')}?{urlencode({'next': course_url})}")
    try:
        enrolments.enrol(learner=learner, course=page, now=timezone.now())
        messages.success(request, _("You are enrolled. Begin with the first module."))
    except CourseNotReady:
        messages.error(request, _("This course has no published module yet."))
    return redirect(course_url)


@learner_required
def complete_reading(request: HttpRequest, module_id: int) -> HttpResponse:
    page = get_object_or_404(ModulePage.objects.live(), pk=module_id)
    if request.method != "POST":
        return redirect(page.get_url())
    parent = page.get_parent()
    enrolment = enrolments.find_enrolment(user_id=request.user.pk, course_id=parent.pk)
    if enrolment is None or not parent.live:
        raise Http404
    if not is_open_to(request, page):
        return redirect(page.get_url())
    try:
        completion.complete_reading(
            enrolment_id=enrolment.pk, module_id=page.pk, now=timezone.now()
        )
    except completion.QuizRequired:
        messages.error(request, _("This module is completed by passing its quiz."))
    except completion.NotRequired:
        messages.info(request, _("This module is new. Your course does not ask for it."))
    return redirect(page.get_url())
