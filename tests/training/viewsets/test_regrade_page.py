import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from tests.training import sittings
from training.models import Attempt, Choice, Question
from training.viewsets import regrading

from .test_statistics_pages import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    """Its key was b and is a now: one learner gains a pass, one would lose it."""
    quiz = sittings.make_quiz(keys=["q1"])
    sittings.sit(quiz, "a")
    sittings.sit(quiz, "b")
    Choice.objects.filter(key="key-a").update(is_right=True)
    Choice.objects.filter(key="key-b").update(is_right=False)
    return Question.objects.get()


def url_of(question, action=""):
    return f"/editor/training/questions/{question.pk}/regrade/{action}"


def passes():
    return list(Attempt.objects.order_by("pk").values_list("passed", flat=True))


def test_dry_run_shows_who_gains_and_loses_without_names(question):
    page = sign_in("change_question").get(url_of(question))
    assert page.context["plan"].papers == 2
    gains, loses = Attempt.objects.order_by("pk")
    assert [section["changes"][0].attempt_id for section in page.context["sections"]] == [
        gains.pk,
        loses.pk,
    ]
    assert "0% → 100%" in page.text
    assert "100% → 0%" in page.text
    for attempt in (gains, loses):
        assert attempt.enrolment.learner.full_name not in page.text
    page = sign_in("change_question", "view_enrolment").get(url_of(question))
    assert gains.enrolment.learner.full_name in page.text
    assert passes() == [False, True]


def confirm(client, question):
    return {
        "confirmed": "on",
        "reason": "正答の誤り",
        "fingerprint": client.get(url_of(question)).context["fingerprint"],
    }


def test_nothing_happens_without_the_confirmation(question):
    client = sign_in("change_question")
    data = {"allow_losing": "on", "fingerprint": confirm(client, question)["fingerprint"]}
    page = client.post(url_of(question, "apply/"), data)
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"confirmed", "reason"}
    assert passes() == [False, True]


@pytest.mark.parametrize(("ticked", "after"), [(False, [True, True]), (True, [True, False])])
def test_confirmed_it_is_applied_and_reported(question, ticked, after):
    client = sign_in("change_question")
    data = confirm(client, question) | ({"allow_losing": "on"} if ticked else {})
    page = client.post(url_of(question, "apply/"), data, follow=True)
    assert passes() == after
    entry = ModelLogEntry.objects.get(action="lms_training.regrade")
    assert entry.data["allow_losing"] is ticked
    # Once as a message, once in the list of what was done.
    assert page.text.count(page.context["past"][0]["text"]) == 2
    assert page.context["past"][0]["text"] == entry.message
    assert page.context["can_apply"] is not ticked


def test_a_question_that_is_not_published_says_so(question):
    Question.objects.update(live=False)
    client = sign_in("change_question")
    page = client.get(url_of(question))
    assert page.context["obstacle"] in page.text
    assert '<form method="post" action="/editor/training' not in page.text
    client.post(
        url_of(question, "apply/"), {"confirmed": "on", "reason": "正答の誤り", "fingerprint": "x"}
    )
    assert passes() == [False, True]


def test_only_who_may_change_questions(question):
    for client in (Client(), sign_in(), sign_in("view_question")):
        assert client.get(url_of(question)).status_code == 302
        assert (
            client.post(url_of(question, "apply/"), {"confirmed": "on", "reason": "x"}).status_code
            == 302
        )
    assert passes() == [False, True]
    editor = sign_in("change_question")
    assert editor.get(url_of(question, "apply/")).status_code == 405
    assert editor.post(url_of(question), {"confirmed": "on"}).status_code == 405
    assert passes() == [False, True]


@pytest.mark.parametrize("count", [1, 3])
def test_dry_run_takes_the_same_statements(count, django_assert_num_queries):
    quiz = sittings.make_quiz(keys=["q1"])
    for _number in range(count):
        sittings.sit(quiz, "a")
    client = sign_in("change_question")
    url = url_of(Question.objects.get())
    client.get(url)
    with django_assert_num_queries(16):
        client.get(url)


def test_more_papers_than_a_page_has_time_for_are_left_to_the_command(question, monkeypatch):
    client = sign_in("change_question")
    data = confirm(client, question)
    monkeypatch.setattr(regrading, "MOST_IN_A_REQUEST", 1)
    page = client.get(url_of(question))
    assert "manage.py regrade_question q1 --dry-run" in page.text
    assert "plan" not in page.context
    page = client.post(url_of(question, "apply/"), data, follow=True)
    assert "manage.py regrade_question q1 --dry-run" in page.text
    assert passes() == [False, True]
