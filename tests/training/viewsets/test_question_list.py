import datetime as dt

import pytest
from taggit.models import Tag

from tests import factories
from training.models import ModulePage, Question, QuizDraw, QuizQuestion, ScenarioPart

from .conftest import admin_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(course):
    """Six questions, each used in its own way; `listed` is the course's own."""
    quiz = ModulePage.objects.child_of(course).get().quiz
    listed = Question.objects.get()
    listed.stem = [("text", "<p>デジタル<b>活用</b>支援の目的は Ｗｉ－Ｆｉ</p>")]
    listed.review_by = dt.date(2020, 1, 1)
    listed.save()
    drawn = factories.make_question(key="drawn", tags=["安全"])
    unused = factories.make_question(key="unused", tags=["制度"])
    part = factories.make_question(key="part")
    scenario = factories.make_question(key="scenario", kind="scenario", choices="")
    ScenarioPart.objects.create(scenario=scenario, question=part)
    QuizQuestion.objects.create(quiz=quiz, question=scenario)
    QuizDraw.objects.create(quiz=quiz, tag=Tag.objects.get(name="安全"), count=1)
    broken = factories.make_question(key="broken", right=())
    return {"listed": listed, "drawn": drawn, "unused": unused, "part": part, "broken": broken}


def listed_keys(client, **parameters):
    page = client.get(admin_url("list_results"), parameters)
    assert page.status_code == 200
    return {question.key for question in page.context["object_list"]}


def test_row_tells_what_the_question_says_and_where_it_is_used(keeper, bank):
    page = keeper.get(admin_url("list"))
    assert "デジタル活用支援の目的は" in page.text
    usage = {question.key: len(question.asked_in) for question in page.context["object_list"]}
    assert {key: usage[key] for key in ("drawn", "unused", "part", "scenario", "broken")} == {
        "drawn": 1,
        "unused": 0,
        "part": 1,
        "scenario": 1,
        "broken": 0,
    }


@pytest.mark.parametrize(
    ("parameters", "keys"),
    [
        ({"q": "活用支援"}, {"digital-support-m1-q1"}),
        ({"q": "wi-fi"}, {"digital-support-m1-q1"}),
        ({"q": "unused の解説"}, {"unused"}),
        ({"q": "part"}, {"part"}),
        ({"q": "paragraph"}, set()),
        ({"needs": "review"}, {"digital-support-m1-q1"}),
        ({"needs": "use"}, {"unused", "broken"}),
        ({"needs": ["use", "mending"]}, {"broken"}),
        ({"kind": "scenario"}, {"scenario"}),
        ({"status": "draft"}, set()),
    ],
)
def test_filter_or_search(keeper, bank, parameters, keys):
    assert listed_keys(keeper, **parameters) == keys


def test_filter_by_tag_and_by_module(keeper, bank, course):
    assert listed_keys(keeper, tag=Tag.objects.get(name="制度").pk) == {"unused"}
    module = ModulePage.objects.child_of(course).get()
    assert listed_keys(keeper, module=module.pk) == {
        "digital-support-m1-q1",
        "drawn",
        "part",
        "scenario",
    }


def test_filter_by_status(keeper, bank):
    bank["unused"].unpublish()
    bank["drawn"].save_revision()
    assert listed_keys(keeper, status="draft") == {"unused"}
    assert listed_keys(keeper, status="changed") == {"drawn"}


def test_list_takes_as_many_statements_for_many_questions(keeper, bank, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    keeper.get(admin_url("list"))
    with CaptureQueriesContext(connection) as few:
        keeper.get(admin_url("list"))
    for number in range(12):
        factories.make_question(key=f"more-{number}", tags=["安全"])
    with django_assert_num_queries(len(few)):
        keeper.get(admin_url("list"))


@pytest.mark.parametrize("name", ["list", "list_results", "add"])
def test_list_and_form_are_for_keepers(page_editor, supporter, bank, name):
    for client in (page_editor, supporter):
        assert client.get(admin_url(name)).status_code == 302
