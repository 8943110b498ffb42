from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import CharField, Q, QuerySet
from wagtail.models import Page

from training.models import CoursePage, Enrolment, Learner
from training.prepared import Given, Prepared

from .outlines import publish_version


def _of_user(course: Q) -> QuerySet[Enrolment]:
    own = Q(learner__user_id=Given("user_id"), withdrawn_at=None)
    return (
        Enrolment.objects.filter(course, own).select_related("version").order_by("-enrolled_at")[:1]
    )


_of_course = Prepared(lambda: _of_user(Q(course_id=Given("course_id"))))
_of_course_at = Prepared(lambda: _of_user(Q(course__path=Given("path", CharField()))))


def find_enrolment(
    *, user_id: int | None, course_id: int | None = None, module_path: str = ""
) -> Enrolment | None:
    """The enrolment that counts now: the latest one not withdrawn, with its version.

    Of the course, or of the one that the module at `module_path` in the page tree belongs to.
    """
    if user_id is None:
        return None
    if course_id:
        return _of_course.first(user_id=user_id, course_id=course_id)
    return _of_course_at.first(user_id=user_id, path=module_path[: -Page.steplen])


def find_enrolments(*, user_id: int | None) -> dict[int, Enrolment]:
    """The enrolment that counts now in each course, by the course's id."""
    if user_id is None:
        return {}
    own = Enrolment.objects.filter(learner__user_id=user_id, withdrawn_at=None)
    rows = own.select_related("version").order_by("enrolled_at")
    return {each.course_id: each for each in rows}


def enrol(*, learner: Learner, course: CoursePage, now: datetime) -> Enrolment:
    """Enrol once: asked again, it returns the open or completed enrolment there is.

    Raises CourseNotReady.
    """
    found = Enrolment.objects.filter(learner=learner, course=course, withdrawn_at=None)
    return _find_or_create(found, learner, course, now)


def enrol_again(
    *, learner: Learner, course: CoursePage, after: Enrolment, now: datetime
) -> Enrolment:
    """Retraining is a new enrolment. Asked again, it returns the one that came after `after`.

    Raises CourseNotReady.
    """
    found = Enrolment.objects.filter(
        learner=learner, course=course, withdrawn_at=None, pk__gt=after.pk
    )
    return _find_or_create(found, learner, course, now)


def _find_or_create(
    found: QuerySet[Enrolment], learner: Learner, course: CoursePage, now: datetime
) -> Enrolment:
    if enrolment := found.order_by("-enrolled_at").first():
        return enrolment
    version = publish_version(course=course, now=now)
    try:
        with transaction.atomic():
            return Enrolment.objects.create(
                learner=learner, course=course, version=version, enrolled_at=now
            )
    except IntegrityError:
        return found.get()
