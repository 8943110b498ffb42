"""Submitted attempts by the dozen, for tests of statistics and re-grading."""

import datetime as dt

from tests import factories
from training.domain import quizzes
from training.models import CourseVersion, Enrolment

NOW = factories.NOW


def make_quiz(*, keys=("q1", "q2", "q3"), **rules):
    """A course whose only module has a quiz of single-choice questions a, b, c; b is right."""
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    questions = [factories.make_question(key=key) for key in keys]
    return factories.make_quiz(module=module, questions=questions, **rules)


def enrol(quiz):
    """A new learner; all of them are held to the version of the first."""
    course = quiz.module.get_parent().specific
    learner = factories.LearnerFactory()
    version = CourseVersion.objects.filter(course=course).first()
    if version is None:
        return factories.make_enrolment(course=course, learner=learner)
    return Enrolment.objects.create(
        learner=learner, course=course, version=version, enrolled_at=NOW
    )


def start(quiz, *, enrolment=None, at=NOW):
    return quizzes.start_attempt(enrolment=enrolment or enrol(quiz), quiz=quiz, now=at)


def sit(quiz, answers, *, enrolment=None, at=NOW, minutes=5):
    """Hand in `answers`, a letter of a choice by question key, or for all questions in order."""
    attempt = start(quiz, enrolment=enrolment, at=at)
    if isinstance(answers, str):
        keys = [item["question"] for item in attempt.paper["items"]]
        answers = dict(zip(keys, answers, strict=True))
    return quizzes.submit_attempt(
        attempt_id=attempt.pk,
        answers={key: f"key-{letter}" for key, letter in answers.items() if letter != "-"},
        now=at + dt.timedelta(minutes=minutes),
    )
