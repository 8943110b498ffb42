import datetime as dt

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from cms.tasks import close_expired_attempts
from tests import factories
from training.domain import quizzes, saving
from training.models import Attempt, Quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempts(course):
    """One whose time is up, with a right answer saved, and one with time left."""
    Quiz.objects.update(time_limit_minutes=30)
    started = []
    for minutes in (40, 10):
        now = timezone.now() - dt.timedelta(minutes=minutes)
        attempt = quizzes.start_attempt(
            enrolment=factories.make_enrolment(course=course, learner=factories.LearnerFactory()),
            quiz=Quiz.objects.get(),
            now=now,
        )
        answers = {attempt.paper["items"][0]["question"]: "key-b"}
        saving.save_answers(attempt_id=attempt.pk, answers=answers, now=now)
        started.append(attempt)
    return started


def scores():
    return list(Attempt.objects.order_by("pk").values_list("score", "passed"))


def test_task_hands_in_what_was_saved(attempts):
    close_expired_attempts()
    close_expired_attempts()
    assert scores() == [(100, True), (None, None)]
    assert Attempt.objects.order_by("pk")[0].submitted_at == attempts[0].deadline


def test_command_does_the_same_and_counts(attempts, capsys):
    call_command("close_expired_attempts")
    assert capsys.readouterr().out == "1 attempts closed\n"
    assert scores() == [(100, True), (None, None)]


def test_task_runs_every_minute():
    entry = settings.CELERY_BEAT_SCHEDULE["cms.close_expired_attempts"]
    assert (entry["task"], entry["schedule"]) == (close_expired_attempts.name, 60)
