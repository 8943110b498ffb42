"""Choosing how pages look costs nothing that was typed: a quiz's answers are saved with it."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from training.domain import quizzes
from training.models import ModulePage

pytestmark = pytest.mark.django_db
HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def client(learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner.user)
    return client


@pytest.fixture
def attempt(enrolment):
    quiz = ModulePage.objects.child_of(enrolment.course).first().quiz
    return quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=timezone.now())


def read_controls(page):
    """What belongs to the form of the answers, wherever it stands."""
    soup = BeautifulSoup(page.content, "html.parser")
    form = soup.find("form", id="answers")
    inside = form.select("input, button") if form else []
    return [
        each
        for each in soup.select("input, button")
        if each.get("form") == "answers" or (each in inside and not each.get("form"))
    ]


def press(client, page, wanted, **typed):
    """As a browser without a script does."""
    controls = read_controls(page)
    data = {
        each["name"]: each.get("value", "")
        for each in controls
        if each.get("type") == "hidden" or each.has_attr("checked")
    }
    button = next(each for each in controls if each.get_text() == wanted)
    data |= typed | {button["name"]: button["value"]}
    return client.post(button["formaction"], data, follow=True, **HERE)


@pytest.mark.parametrize("button", ["この表示にする", "English"])
def test_answers_of_a_quiz_are_saved_with_the_choice(client, attempt, button):
    url = f"/learn/attempts/{attempt.pk}/"
    item = attempt.paper["items"][0]
    answer = item["shown"]["choices"][1]["key"]
    after = press(client, client.get(url), button, theme="dark", **{"item-1": answer})
    assert (after.status_code, after.request["PATH_INFO"]) == (200, url)
    root = BeautifulSoup(after.content, "html.parser").html
    assert root["data-theme"] == "dark"
    assert root["lang"] == ("en" if button == "English" else "ja")
    kept = [(each.question_key, each.answer) for each in attempt.responses.all()]
    assert kept == [(item["question"], answer)]
    shown = BeautifulSoup(after.content, "html.parser").find("input", value=answer)
    assert shown.has_attr("checked")


def test_enter_in_an_answer_presses_none_of_the_switches(client, attempt):
    page = client.get(f"/learn/attempts/{attempt.pk}/")
    first = next(each for each in read_controls(page) if each.name == "button")
    assert (first["name"], first["value"], first.get("formaction")) == ("save", "here", None)


def test_switches_belong_to_the_answers_only_where_there_are_some(client, attempt):
    page = client.get(f"/learn/attempts/{attempt.pk}/")
    assert {"theme", "text_size", "furigana", "language", "next"} <= {
        each.get("name") for each in read_controls(page)
    }
    assert 'form="answers"' not in client.get("/v/").text


def test_page_without_a_script_says_what_would_be_lost(client, attempt):
    note = BeautifulSoup(client.get("/v/").content, "html.parser").select_one("header noscript")
    assert note.find(class_="display__loss")
    quiz = BeautifulSoup(
        client.get(f"/learn/attempts/{attempt.pk}/").content, "html.parser"
    ).select_one("header noscript")
    assert quiz is None


def test_page_that_answers_a_form_tells_the_script(db):
    usual = Client().get("/v/").text
    assert not BeautifulSoup(usual, "html.parser").find(id="display").has_attr("data-answered")
    wrong = Client().post("/v/by-name/", {"number": "R8-1", "full_name": ""})
    assert wrong.status_code == 200
    assert BeautifulSoup(wrong.text, "html.parser").find(id="display").has_attr("data-answered")
