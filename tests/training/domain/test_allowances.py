import datetime as dt

import pytest

from tests import factories
from training.domain import quizzes
from training.domain.allowances import grant_allowance
from training.models import Allowance, Attempt, Quiz

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture
def attempt(course, learner):
    """Under way, with the 60 minutes that its enrolment was promised."""
    Quiz.objects.update(time_limit_minutes=60)
    enrolment = factories.make_enrolment(learner=learner, course=course)
    # What an editor changes later does not count.
    Quiz.objects.update(time_limit_minutes=10)
    return quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW)


def grant(learner, percent, *, minutes=5):
    grant_allowance(
        learner=learner,
        time_percent=percent,
        reason="",
        now=NOW + dt.timedelta(minutes=minutes),
    )
    return (Attempt.objects.get().deadline - NOW) / dt.timedelta(minutes=1)


def test_attempt_under_way_gets_the_longer_time_that_was_promised(attempt, learner):
    assert grant(learner, 150) == 90


def test_less_than_before_takes_nothing_away(attempt, learner):
    grant(learner, 200)
    assert grant(learner, 120) == 120
    assert Allowance.objects.get().time_percent == 120


def test_attempt_whose_time_is_up_stays_so(attempt, learner):
    assert grant(learner, 200, minutes=60) == 60


def test_submitted_attempt_is_left_alone(attempt, learner):
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=NOW)
    assert grant(learner, 200) == 60


def test_other_learners_keep_their_time(attempt):
    assert grant(factories.LearnerFactory(), 200) == 60


def test_attempt_without_a_limit_gets_none(course, learner):
    enrolment = factories.make_enrolment(learner=learner, course=course)
    quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=NOW)
    grant_allowance(learner=learner, time_percent=200, reason="", now=NOW)
    assert Attempt.objects.get().deadline is None
