import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests import factories
from tests.training import sittings
from training.models import Question
from training.viewsets.statistics_panel import StatisticsPanel

pytestmark = pytest.mark.django_db


def sign_in(*codenames):
    user = factories.UserFactory()
    for codename in ("access_admin", *codenames):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def quiz():
    quiz = sittings.make_quiz(keys=["q1", "q2"])
    for letters in ["bb"] * 18 + ["aa"] * 12:
        sittings.sit(quiz, letters)
    return quiz


def question_url(key="q1"):
    return f"/editor/training/questions/{Question.objects.get(key=key).pk}/statistics/"


def quiz_url(quiz):
    return f"/editor/training/quizzes/{quiz.pk}/statistics/"


def test_question_page_shows_figures_chart_and_table(quiz):
    page = sign_in("view_question").get(question_url()).text

    assert "60%" in page
    assert "1.00" in page
    assert re.search(r'<svg role="img" aria-labelledby="answers-title answers-desc"', page)
    assert '<title id="answers-title">' in page
    assert '<desc id="answers-desc">' in page
    row = re.search(r'<th scope="row">2</th>(.*?)</tr>', page, re.DOTALL)[1]
    assert re.findall(r"<td>(.*?)</td>", row)[0] == "選択肢a"
    assert re.findall(r"<td>(.*?)</td>", row)[2:] == ["12", "40%"]
    assert " style=" not in page[page.index("statistics-filter") :]


def test_quiz_page_shows_distribution_and_alpha(quiz):
    page = sign_in("view_quiz").get(quiz_url(quiz)).text
    counts = re.findall(r'<th scope="row">.*?</th><td>(\d+)</td>', page)
    assert counts == ["12", *["0"] * 8, "18"]
    assert "1.00" in page
    assert "60.0%" in page


def test_papers_are_chosen_in_the_url(quiz):
    client = sign_in("view_question", "view_quiz")
    enrolment = sittings.enrol(quiz)
    for _again in range(2):
        sittings.sit(quiz, "aa", enrolment=enrolment)
    for url in (question_url(), quiz_url(quiz)):
        assert client.get(url).context["statistics"].count == 31
        assert client.get(url, {"attempts": "all"}).context["statistics"].count == 32
        late = client.get(url, {"from_on": "2027-01-01"})
        assert late.context["statistics"].count == 0
        assert "<svg role" not in late.text
        wrong = client.get(url, {"from_on": "2027-01-02", "to_on": "2027-01-01"})
        assert wrong.context["form"].errors
        assert client.get(url, {"from_on": "x"}).status_code == 200
    assert client.get(question_url(), {"quiz": quiz.pk}).context["statistics"].count == 31
    assert client.get(question_url(), {"quiz": 999}).context["form"].errors


def test_too_few_papers_are_said_to_be_too_few():
    quiz = sittings.make_quiz(keys=["q1"])
    sittings.sit(quiz, "b")
    client = sign_in("view_question", "view_quiz")
    for url in (question_url(), quiz_url(quiz)):
        page = client.get(url)
        assert page.context["statistics"].too_few in page.text
        assert "100%" not in page.text


@pytest.mark.parametrize("codenames", [[], ["view_module"], ["view_learner"]])
def test_others_see_nothing(quiz, codenames):
    client = sign_in(*[name for name in codenames if Permission.objects.filter(codename=name)])
    for url in (question_url(), quiz_url(quiz)):
        assert client.get(url).status_code == 302
    assert sign_in("view_quiz").get(question_url()).status_code == 302
    assert sign_in("view_question").get(quiz_url(quiz)).status_code == 302
    assert Client().get(question_url()).status_code == 302


def test_pages_of_nothing_are_not_found():
    client = sign_in("view_question", "view_quiz")
    assert client.get("/editor/training/questions/999/statistics/").status_code == 404
    assert client.get("/editor/training/quizzes/999/statistics/").status_code == 404


def bind_panel(question):
    panel = StatisticsPanel().bind_to_model(Question)
    return panel.get_bound_panel(instance=question, request=None, form=None)


def test_panel_shows_the_figures_of_an_existing_question(quiz):
    question = Question.objects.get(key="q1")
    html = bind_panel(question).render_html()
    assert "60%" in html
    assert question_url() in html


def test_panel_is_hidden_on_a_new_question_and_on_a_scenario(quiz):
    assert not bind_panel(Question(kind="single_choice")).is_shown()
    question = Question.objects.get(key="q1")
    question.kind = "scenario"
    assert not bind_panel(question).is_shown()


@pytest.mark.parametrize("questions", [1, 3])
def test_pages_take_the_same_statements(questions, django_assert_num_queries):
    quiz = sittings.make_quiz(keys=[f"q{n}" for n in range(1, questions + 1)])
    for letter in "ab" * 15:
        sittings.sit(quiz, letter * questions)
    client = sign_in("view_question", "view_quiz")
    for url, statements in ((question_url(), 13), (quiz_url(quiz), 11)):
        client.get(url)
        with django_assert_num_queries(statements):
            client.get(url)
