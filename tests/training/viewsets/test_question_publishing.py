"""Workflow and scheduled publishing: Wagtail's, with a question's own form."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Workflow, WorkflowContentType

from cms.demo import loader
from training.models import Question

from .conftest import CHOICES, admin_url, question_form, sign_in

pytestmark = pytest.mark.django_db


def test_question_goes_live_when_it_was_approved(keeper):
    WorkflowContentType.objects.create(
        workflow=Workflow.objects.get(),
        content_type=ContentType.objects.get_for_model(Question),
    )
    keeper.post(admin_url("add"), question_form(choices=CHOICES) | {"action-submit": "1"})
    question = Question.objects.get()
    assert (question.live, question.workflow_in_progress) == (False, True)
    assert keeper.get(admin_url("list")).status_code == 200
    # Wagtail lets nobody approve who may not publish.
    reviewer = sign_in(Group.objects.get(name="Moderators"), loader._question_keepers())
    state = question.current_workflow_task_state
    assert reviewer.get(admin_url("edit", question.pk)).status_code == 200
    reviewer.post(admin_url("workflow_action", question.pk, "approve", state.pk))
    assert Question.objects.get().live


def test_scheduled_question_waits(keeper):
    soon = timezone.localtime() + dt.timedelta(days=1)
    data = question_form(choices=CHOICES, go_live_at=soon.strftime("%Y-%m-%d %H:%M"))
    keeper.post(admin_url("add"), data | {"action-publish": "1"})
    question = Question.objects.get()
    assert (question.live, bool(question.scheduled_revision)) == (False, True)
    assert keeper.get(admin_url("list")).status_code == 200
    question.scheduled_revision.publish()
    # Publishing before its time only schedules it again.
    assert not Question.objects.get().live
