"""Pages about a quiz lead to its module only as long as that can be read."""

import re

import pytest
from django.utils import timezone

from training.domain import quizzes
from training.models import ModulePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def module(enrolment):
    return ModulePage.objects.child_of(enrolment.course).get()


@pytest.fixture
def attempt(enrolment, module):
    return quizzes.start_attempt(enrolment=enrolment, quiz=module.quiz, now=timezone.now())


def hand_in(attempt, letter):
    answers = {item["question"]: f"key-{letter}" for item in attempt.paper["items"]}
    return quizzes.submit_attempt(attempt_id=attempt.pk, answers=answers, now=timezone.now())


def read_links(client, url):
    page = client.get(url)
    assert page.status_code == 200
    main = page.text[page.text.index("<main") :]
    return set(re.findall(r'(?:href|action)="([^"#]*)', main[: main.index("</main>")]))


@pytest.mark.parametrize("letter", ["a", "b"])
@pytest.mark.parametrize("gone", ["module", "course"])
def test_result_leads_to_nothing_that_is_not_there(attempt, module, learner_client, gone, letter):
    url = f"/learn/attempts/{attempt.pk}/result/"
    hand_in(attempt, letter)
    assert module.get_url() in read_links(learner_client, url)
    (module if gone == "module" else module.get_parent()).unpublish()
    links = read_links(learner_client, url)
    assert not {module.get_url(), f"/learn/modules/{module.pk}/quiz/", ""} & links
    assert (module.get_parent().get_url() in links) == (gone == "module")
    for link in links:
        assert learner_client.get(link).status_code == 200, link


@pytest.mark.parametrize("gone", ["module", "course"])
@pytest.mark.parametrize("path", ["attempts/{attempt.pk}/", "modules/{module.pk}/attempts/"])
def test_open_attempt_and_history_do_not_either(attempt, module, learner_client, gone, path):
    url = f"/learn/{path.format(attempt=attempt, module=module)}"
    assert module.get_url() in read_links(learner_client, url)
    (module if gone == "module" else module.get_parent()).unpublish()
    assert module.get_url() not in read_links(learner_client, url)
