"""What an editor sees of a course as a learner at each stage, with nothing stored."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tests import factories
from training.domain import quizzes
from training.models import Enrolment, Learner, ModulePage, Quiz
from training.models.courses import LEARNER_STATES


def preview(page, state):
    response = page.make_preview_request(preview_mode=state)
    response.render() if hasattr(response, "render") else None
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text().split())


@pytest.fixture
def course(db):
    return factories.make_course(modules=2)


@pytest.fixture
def module(course):
    return ModulePage.objects.child_of(course).order_by("path").last()


def test_course_is_seen_at_each_stage(course):
    seen = {state: preview(course, state) for state in ["", *dict(LEARNER_STATES)]}
    assert "受講登録する" in seen.pop("")
    assert all("受講登録する" not in text for text in seen.values())
    assert "全2単元のうち0単元" in seen["not_started"]
    assert "全2単元のうち1単元" in seen["in_progress"]
    assert "準備しています" in seen["passed"]
    assert "ダウンロード" in seen["certificate"]
    assert not Enrolment.objects.exists()
    assert not Learner.objects.exists()


def test_module_is_seen_at_each_stage(module):
    Quiz.objects.update(waiting_minutes=60)
    seen = {state: preview(module, state) for state in dict(LEARNER_STATES)}
    assert "確認テストを受ける" in seen["not_started"]
    assert "確認テストの続き" in seen["in_progress"]
    assert "もう一度受けられます" in seen["failed"]
    assert "確認テストを受ける" not in seen["failed"]
    assert "修了" in seen["passed"]


@pytest.mark.parametrize("modules", [1, 2, 3])
def test_no_two_stages_of_a_module_look_alike_without_limits(db, modules):
    course = factories.make_course(modules=modules)
    page = ModulePage.objects.child_of(course).order_by("path").last()
    seen = {preview(page, state) for state in dict(LEARNER_STATES)}
    assert len(seen) == len(LEARNER_STATES)


def test_no_two_stages_of_a_course_look_alike(course):
    seen = {preview(course, state) for state in dict(LEARNER_STATES)}
    assert len(seen) == len(LEARNER_STATES)


def test_learner_who_failed_is_told_where_they_go_on(enrolment, learner_client):
    quiz = Quiz.objects.order_by("module__path").first()
    course, module = enrolment.course, quiz.module
    told = "前回は合格しませんでした"
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=factories.NOW)
    assert all(told not in learner_client.get(p.get_url()).text for p in (course, module))
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={}, now=factories.NOW)
    assert all(told in learner_client.get(p.get_url()).text for p in (course, module))
    again = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=factories.NOW)
    right = {item["question"]: item["key"]["right"][0] for item in again.paper["items"]}
    quizzes.submit_attempt(attempt_id=again.pk, answers=right, now=factories.NOW)
    assert all(told not in learner_client.get(p.get_url()).text for p in (course, module))


def test_draft_that_nobody_sees_yet_can_be_looked_at(module):
    module.unpublish()
    assert "確認テストの続き" in preview(ModulePage.objects.get(pk=module.pk), "in_progress")


def test_visitor_cannot_ask_for_a_stage(client, course):
    answer = client.get(f"{course.get_url()}?mode=certificate").content.decode()
    assert "受講登録する" in answer


def test_editor_chooses_the_stage_beside_the_page(admin_client, course):
    answer = admin_client.get(reverse("wagtailadmin_pages:edit", args=[course.pk]))
    chosen = BeautifulSoup(answer.content, "html.parser").select_one("#id_preview_mode")
    assert [option["value"] for option in chosen.select("option")] == [
        "",
        *dict(LEARNER_STATES),
    ]
