import pytest
from taggit.models import Tag

from tests import factories
from training.domain import quizzes
from training.models import ModulePage, Question, Quiz, QuizDraw

from .conftest import admin_url

pytestmark = pytest.mark.django_db


def test_list_tells_module_size_rules_and_problems(keeper, course):
    factories.make_question(key="a", tags=["制度"])
    quiz = Quiz.objects.get()
    QuizDraw.objects.create(quiz=quiz, tag=Tag.objects.get(), count=3)
    Quiz.objects.update(max_attempts=3, time_limit_minutes=30)
    page = keeper.get(admin_url("list", model="quiz"))
    row = page.context["object_list"][0]
    assert "単元の題1" in page.text
    assert len(row.problems) == 1
    assert "80 %" in page.text


def test_list_takes_as_many_statements_for_many_quizzes(keeper, course, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    keeper.get(admin_url("list", model="quiz"))
    with CaptureQueriesContext(connection) as one:
        keeper.get(admin_url("list", model="quiz"))
    for number in range(3):
        module = factories.ModulePageFactory(parent=course)
        factories.make_quiz(
            module=module, questions=[factories.make_question(key=f"more-{number}")]
        )
    with django_assert_num_queries(len(one)):
        keeper.get(admin_url("list", model="quiz"))


def test_form_offers_the_tags_that_questions_have(keeper, course):
    factories.make_question(key="a", tags=["制度", "安全"])
    Tag.objects.create(name="画像だけの札", slug="image")
    page = keeper.get(admin_url("edit", Quiz.objects.get().pk, model="quiz"))
    assert page.status_code == 200
    offered = page.context["form"].formsets["draws"].empty_form.fields["tag"].queryset
    assert [tag.name for tag in offered] == ["制度", "安全"]


def test_quiz_that_was_attempted_stays(keeper, enrolment):
    quiz = Quiz.objects.get()
    quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=factories.NOW)
    page = keeper.post(admin_url("delete", quiz.pk, model="quiz"), follow=True)
    assert page.status_code == 200
    assert any(message.level_tag == "error" for message in page.context["messages"])
    assert Quiz.objects.exists()


def test_quiz_that_enrolled_learners_must_pass_stays(keeper, enrolment):
    keeper.post(admin_url("delete", Quiz.objects.get().pk, model="quiz"))
    assert Quiz.objects.exists()


def test_quiz_that_nobody_needs_can_be_deleted(keeper, course):
    keeper.post(admin_url("delete", Quiz.objects.get().pk, model="quiz"))
    assert not Quiz.objects.exists()
    assert ModulePage.objects.exists()
    assert Question.objects.exists()
