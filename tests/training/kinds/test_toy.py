"""Adding a kind takes one module and one template (tests/training/kinds/toy.py)."""

import pytest

from tests import factories
from tests.training.kinds.toy import registered_toy
from training.kinds import kind_choices
from training.models import Attempt, Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def toy_quiz(settings, learner):
    with registered_toy(settings):
        course = factories.make_course(modules=0)
        module = factories.ModulePageFactory(parent=course)
        question = factories.make_question(
            key="toy", kind="toy", choices="", parameters={"secret": "canary"}
        )
        factories.make_quiz(module=module, questions=[question])
        factories.make_enrolment(course=course, learner=learner)
        yield module


def test_whole_attempt_with_a_kind_of_ones_own(toy_quiz, learner_client):
    started = learner_client.post(f"/learn/modules/{toy_quiz.pk}/quiz/")
    page = learner_client.get(started.url)
    assert "The word has 6 letters." in page.text
    assert "canary" not in page.text

    saved = learner_client.post(
        started.url, {"shown": "1", "item-1": "can", "save": "1"}, follow=True
    )
    assert 'value="can"' in saved.text

    early = learner_client.post(started.url, {"shown": "1", "item-1": "can", "submit": "1"})
    assert "too short" in learner_client.get(early.url).text
    assert Attempt.objects.get().submitted_at is None

    done = learner_client.post(started.url, {"shown": "1", "item-1": "canary", "submit": "1"})
    assert "canary" in learner_client.get(done.url).text
    assert Attempt.objects.get().score == 100


def test_editors_can_choose_it(toy_quiz):
    Question.objects.get().full_clean()


def test_it_is_gone_afterwards():
    assert "toy" not in dict(kind_choices())
