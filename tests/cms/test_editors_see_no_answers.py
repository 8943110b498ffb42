"""Whoever writes pages and is no question keeper sees neither a question nor its answers, wherever
they look: lists, previews, history, comparisons, usage, exports, search, choosers, workflow."""

import re

import pytest
from django.test import Client
from wagtail.models import Workflow

from cms import roles
from cms.demo import loader
from tests import factories
from tests.drills.crawler import list_addresses
from training.models import ModulePage, Question

pytestmark = pytest.mark.django_db
CANARY = "zzkanaria"
# Each is followed by a letter; what was searched for, and is shown again, is not.
SEEN = re.compile(CANARY + r"\w")
# Where something about a question might stand.
LOOKED_AT = (
    "question",
    "quiz",
    "choose",
    "reports",
    "search",
    "usage",
    "history",
    "workflow",
    "revisions",
    "api/",
    "bulk",
    "preview",
    "tag-autocomplete",
    "edit",
)


@pytest.fixture
def question(course):
    question = Question.objects.get()
    question.stem = [("text", f"<p>{CANARY}問い</p>")]
    question.explanation = question.source = f"{CANARY}解説"
    for choice in question.choices.all():
        choice.text = choice.feedback = f"{CANARY}{choice.text}"
        choice.save()
    question.tags.add(f"{CANARY}札")
    question.save()
    question.save_revision().publish()
    question.stem = [("text", f"<p>{CANARY}草稿</p>")]
    question.save_revision()
    loader._load_workflow()
    Workflow.objects.get(name="設問の承認").start(question, factories.UserFactory())
    return question


def sign_in(name):
    user = factories.UserFactory()
    user.groups.add(roles.make_group(name))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def look(client):
    addresses = [
        each
        for each in list_addresses()
        if each.startswith("/editor/") and any(part in each for part in LOOKED_AT)
    ]
    addresses += [f"/editor/pages/{page.pk}/edit/" for page in ModulePage.objects.all()]
    addresses += ["/editor/", f"/editor/search/?q={CANARY}", f"/editor/pages/search/?q={CANARY}"]
    seen = []
    for address in addresses:
        response = client.get(address)
        body = response.getvalue() if response.streaming else response.content
        if SEEN.search(body.decode(errors="ignore")):
            seen.append(address)
    return len(addresses), seen


def test_editor_sees_none(question, caplog):
    caplog.set_level("CRITICAL")
    count, seen = look(sign_in(roles.EDITORS))
    assert count > 150
    assert seen == []


def test_the_look_is_not_blind(question):
    keeper = sign_in(roles.QUESTION_KEEPERS)
    assert CANARY in keeper.get("/editor/snippets/lms_training/question/").text
    assert CANARY in keeper.get(f"/editor/snippets/lms_training/question/edit/{question.pk}/").text
