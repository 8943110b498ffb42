"""Completions of which the evidence lies outside: a workshop with paper records, a lost file."""

from datetime import date, datetime, time
from functools import partial

from django.db import transaction

from training.clock import JAPAN
from training.models import CoursePage, Enrolment, Learner
from training.signals import course_completed

from .outlines import publish_version


class NotYet(Exception):
    """A day that lies ahead completes nothing."""


def record_completion_by_hand(
    *, learner: Learner, course: CoursePage, completed_on: date, now: datetime
) -> Enrolment:
    """Complete the open enrolment that began by that day; else write one that is completed.

    Whoever calls it has decided, with reasons, and records who did. Call it inside a transaction.
    Raises NotYet, CourseNotReady.
    """
    completed_at = datetime.combine(completed_on, time.max.replace(microsecond=0), JAPAN)
    if completed_on > now.astimezone(JAPAN).date():
        raise NotYet
    completed_at = min(completed_at, now)
    found = Enrolment.objects.open().filter(
        learner=learner, course=course, enrolled_at__lte=completed_at
    )
    enrolment = found.select_for_update(of=("self",)).first()
    if enrolment:
        found.filter(pk=enrolment.pk).update(completed_at=completed_at, recorded_by_hand=True)
        enrolment.refresh_from_db()
    else:
        enrolment = Enrolment.objects.create(
            learner=learner,
            course=course,
            version=publish_version(course=course, now=now),
            enrolled_at=completed_at,
            completed_at=completed_at,
            recorded_by_hand=True,
        )
    transaction.on_commit(
        partial(course_completed.send_robust, sender=Enrolment, enrolment_id=enrolment.pk)
    )
    return enrolment
