"""Which of two answers counts, when saves are slow, late or sent again (rule R5)."""

from datetime import timedelta

import pytest

from tests import factories
from training.domain import quizzes, saving
from training.domain.saving import Sender
from training.models import Quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(enrolment):
    return quizzes.start_attempt(enrolment=enrolment, quiz=Quiz.objects.get(), now=factories.NOW)


def save(attempt, letter, *, client, number, arrives, age=0):
    """`arrives` and `age` in seconds."""
    key = attempt.paper["items"][0]["question"]
    saved = saving.save_answers(
        attempt_id=attempt.pk,
        answers={key: f"key-{letter}"},
        now=factories.NOW + timedelta(seconds=arrives),
        sender=Sender(client=client, seen=0, number=number, age=timedelta(seconds=age)),
    )
    return saved.answers[key]


def test_slow_save_does_not_beat_the_next_one_of_its_page(attempt):
    """Given at 0 but nine seconds on its way; the next one, given at 2, is quick."""
    save(attempt, "a", client="phone", number=1, arrives=9, age=0)
    assert save(attempt, "b", client="phone", number=2, arrives=10, age=8) == "key-b"


def test_answer_given_again_is_younger_than_one_that_arrives_late(attempt):
    save(attempt, "a", client="phone", number=1, arrives=1)
    save(attempt, "a", client="phone", number=2, arrives=5)
    assert save(attempt, "b", client="other", number=1, arrives=9, age=6) == "key-a"


def test_late_repeat_does_not_beat_a_save_that_changed_nothing(attempt):
    """Given up by the page after 2, which put the first answer back."""
    save(attempt, "a", client="phone", number=1, arrives=1)
    save(attempt, "a", client="phone", number=3, arrives=5)
    # The page that gave it up does not hear the refusal; a duplicated tab would, and send it anew.
    with pytest.raises(saving.ClientClash):
        save(attempt, "b", client="phone", number=2, arrives=9)
    assert list(saving.read_saved_answers(attempt=attempt).answers.values()) == ["key-a"]


def test_answer_that_waited_does_not_beat_a_newer_one_of_another_phone(attempt):
    save(attempt, "b", client="other", number=1, arrives=5)
    assert save(attempt, "a", client="phone", number=1, arrives=9, age=6) == "key-b"
