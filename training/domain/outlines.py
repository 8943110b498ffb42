"""What a course asks for, frozen into numbered versions."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from training.models import CoursePage, CourseVersion, ModulePage, Quiz

from .rules import read_rules

Outline = dict[str, Any]


class CourseNotReady(Exception):
    """The course has no published module, so there is nothing to complete."""


def build_outline(*, course: CoursePage, also: Collection[int] = ()) -> Outline:
    """Read the published course; of its drafts only those `also` named. The shape is documented at
    CourseVersion."""
    wanted = Q(live=True) | Q(pk__in=also)
    modules = ModulePage.objects.child_of(course).filter(wanted).order_by("path")
    quizzes = {quiz.module_id: quiz for quiz in Quiz.objects.filter(module__in=modules)}
    rows = modules.values_list("pk", "title", "study_minutes")
    return {
        "title": course.title,
        "modules": [
            {"module": pk, "title": title, "study_minutes": minutes, **_promise(quizzes.get(pk))}
            for pk, title, minutes in rows
        ],
    }


def _promise(quiz: Quiz | None) -> dict[str, Any]:
    if quiz is None:
        return {"quiz": None, "pass_mark": None, "rules": None}
    rules = read_rules(quiz=quiz)
    return {"quiz": quiz.pk, "pass_mark": rules.pass_mark, "rules": rules.as_json()}


def publish_version(*, course: CoursePage, now: datetime) -> CourseVersion:
    """Return the version that describes the course as it is published now, making it if need be.

    Asked at each enrolment, so no way of editing a page can be forgotten.
    Raises CourseNotReady.
    """
    outline = build_outline(course=course)
    if not outline["modules"]:
        raise CourseNotReady
    latest = CourseVersion.objects.filter(course=course).order_by("-number").first()
    if latest and latest.outline == outline:
        return latest
    number = latest.number + 1 if latest else 1
    try:
        with transaction.atomic():
            return CourseVersion.objects.create(
                course=course, number=number, outline=outline, published_at=now
            )
    except IntegrityError:
        # Somebody else enrolled at the same moment and made this number.
        return publish_version(course=course, now=now)
