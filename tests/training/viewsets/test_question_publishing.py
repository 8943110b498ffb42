"""Workflow and scheduled publishing: Wagtail's, with a question's own form."""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone
from wagtail.models import Workflow, WorkflowContentType

from cms import roles
from cms.demo import loader
from cms.tasks import publish_scheduled
from tests import factories
from tests.training import sittings
from training.domain import quizzes
from training.models import Question, Quiz

from .conftest import CHOICES, admin_url, question_form, sign_in

pytestmark = pytest.mark.django_db


def test_question_goes_live_when_it_was_approved(keeper):
    loader._load_workflow()
    keeper.post(admin_url("add"), question_form(choices=CHOICES) | {"action-submit": "1"})
    question = Question.objects.get()
    assert (question.live, question.workflow_in_progress) == (False, True)
    assert keeper.get(admin_url("list")).status_code == 200
    approve = admin_url(
        "workflow_action", question.pk, "approve", question.current_workflow_task_state.pk
    )
    # Who wrote it does not approve it.
    keeper.post(approve)
    assert not Question.objects.get().live
    approver = sign_in(roles.make_group(roles.APPROVERS))
    assert approver.get(admin_url("edit", question.pk)).status_code == 200
    approver.post(approve)
    assert Question.objects.get().live


def test_workflow_is_made_once_and_an_administrators_change_stays(db):
    loader._load_workflow()
    Workflow.objects.filter(name="設問の承認").update(active=False)
    WorkflowContentType.objects.all().delete()
    loader._load_workflow()
    assert Workflow.objects.filter(name="設問の承認").count() == 1
    assert not WorkflowContentType.objects.exists()


@pytest.fixture
def asked(keeper):
    """A published question of a quiz, whose right answer is ア."""
    keeper.post(
        admin_url("add"),
        question_form(choices=CHOICES) | {"action-publish": "1"},
    )
    question = Question.objects.get()
    module = factories.ModulePageFactory(parent=factories.make_course(modules=0))
    factories.make_quiz(module=module, questions=[question])
    return question


def schedule(keeper, question, at):
    """With イ as the right answer."""
    choices = [
        {"id": str(choice.pk), "text": choice.text} | ({"is_right": "on"} if is_right else {})
        for choice, is_right in zip(question.choices.all(), (False, True), strict=True)
    ]
    data = question_form(choices=choices, go_live_at=at.strftime("%Y-%m-%d %H:%M"))
    keeper.post(admin_url("edit", question.pk), data | {"action-publish": "1"})


def read_right():
    return [choice.text for choice in Question.objects.get().choices.all() if choice.is_right]


def test_scheduled_change_goes_live_in_its_time_and_changes_no_paper(keeper, asked, monkeypatch):
    now = timezone.now()
    quiz = Quiz.objects.get()
    before = sittings.start(quiz, at=now)
    schedule(keeper, asked, timezone.localtime(now) + dt.timedelta(days=1))
    assert keeper.get(admin_url("list")).status_code == 200
    publish_scheduled()
    assert read_right() == ["ア"]
    assert sittings.start(quiz, at=now).paper == before.paper

    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(days=2))
    publish_scheduled()
    assert read_right() == ["イ"]
    first, _second = (choice.key for choice in Question.objects.get().choices.all())
    after = sittings.start(quiz, at=timezone.now())
    for attempt, passed in ((before, True), (after, False)):
        done = quizzes.submit_attempt(
            attempt_id=attempt.pk, answers={asked.key: first}, now=timezone.now()
        )
        assert done.passed is passed


def test_scheduled_question_is_published_after_it_was_approved(keeper, asked, monkeypatch):
    loader._load_workflow()
    now = timezone.now()
    soon = timezone.localtime(now) + dt.timedelta(days=1)
    data = question_form(key="q-later", choices=CHOICES, go_live_at=soon.strftime("%Y-%m-%d %H:%M"))
    keeper.post(admin_url("add"), data | {"action-submit": "1"})
    question = Question.objects.get(key="q-later")
    approver = sign_in(roles.make_group(roles.APPROVERS))
    state = question.current_workflow_task_state
    approver.post(admin_url("workflow_action", question.pk, "approve", state.pk))
    publish_scheduled()
    assert not Question.objects.get(key="q-later").live
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(days=2))
    publish_scheduled()
    assert Question.objects.get(key="q-later").live


def test_scheduled_publishing_runs_every_minute():
    entry = settings.CELERY_BEAT_SCHEDULE["cms.publish_scheduled"]
    assert (entry["task"], entry["schedule"]) == (publish_scheduled.name, 60)
