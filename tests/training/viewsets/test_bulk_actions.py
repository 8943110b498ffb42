import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import ModelLogEntry

from tests import factories
from training.models import Question

from .conftest import sign_in

pytestmark = pytest.mark.django_db


def bulk_url(action, *questions, query=""):
    ids = "&".join(f"id={getattr(question, 'pk', question)}" for question in questions)
    return f"/editor/bulk/lms_training/question/{action}/?{ids}{query}"


def make_draft(key, **fields):
    question = factories.make_question(key=key, **fields)
    question.unpublish()
    return question


def logged(question):
    entries = ModelLogEntry.objects.for_instance(question)
    return set(entries.values_list("action", flat=True))


def test_publish_the_latest_drafts(keeper):
    questions = [make_draft("a"), make_draft("b")]
    questions[0].explanation = "新しい解説"
    questions[0].save_revision()
    assert keeper.get(bulk_url("publish", *questions)).status_code == 200
    keeper.post(bulk_url("publish", *questions))
    assert Question.objects.filter(live=True).count() == 2
    assert Question.objects.get(key="a").explanation == "新しい解説"
    assert all("wagtail.publish" in logged(question) for question in questions)


def test_publishing_leaves_out_one_that_a_quiz_would_miss(keeper, course):
    question = Question.objects.get()
    question.choices.update(is_right=False)
    question.unpublish()
    page = keeper.get(bulk_url("publish", question))
    assert [item["item"] for item in page.context["refused"]] == [question]
    keeper.post(bulk_url("publish", question))
    assert not Question.objects.get().live


def test_unpublishing_warns_which_quiz_is_without_it(keeper, course):
    question = Question.objects.get()
    page = keeper.get(bulk_url("unpublish", question))
    assert "単元の題1 確認テスト" in page.text
    keeper.post(bulk_url("unpublish", question))
    assert not Question.objects.get().live
    assert "wagtail.unpublish" in logged(question)


def test_tag_and_review_date_reach_what_is_published_and_what_is_drafted(keeper):
    published = factories.make_question(key="published")
    changed = factories.make_question(key="changed")
    changed.explanation = "下書き"
    changed.save_revision()
    draft = make_draft("draft")
    questions = (published, changed, draft)
    keeper.post(bulk_url("tag", *questions), {"tag": "制度"})
    keeper.post(bulk_url("review", *questions), {"review_by": "2027-03-31"})
    for question in Question.objects.all():
        for version in (question, question.get_latest_revision_as_object()):
            assert [tag.name for tag in version.tags.all()] == ["制度"]
            assert version.review_by == dt.date(2027, 3, 31)
        assert "wagtail.edit" in logged(question)
    changed.refresh_from_db()
    assert (changed.live, changed.has_unpublished_changes) == (True, True)
    assert changed.explanation != "下書き"
    assert changed.get_latest_revision_as_object().explanation == "下書き"
    assert not Question.objects.get(key="draft").live
    assert not Question.objects.get(key="published").has_unpublished_changes


def test_review_date_before_the_as_of_date_is_left_out(keeper):
    question = factories.make_question(key="q")
    Question.objects.update(as_of=dt.date(2026, 6, 1))
    keeper.post(bulk_url("review", question), {"review_by": "2026-01-01"})
    assert Question.objects.get().review_by is None


def test_all_means_all_that_the_list_shows(keeper):
    factories.make_question(key="a", tags=["制度"])
    other = factories.make_question(key="other")
    keeper.post(bulk_url("unpublish", "all", query="&q=a+の問い"))
    assert list(Question.objects.filter(live=True)) == [other]


def test_without_the_permission_nothing_happens(page_editor):
    question = factories.make_question(key="q")
    page = page_editor.get(bulk_url("unpublish", question))
    assert not page.context["items"]
    page_editor.post(bulk_url("unpublish", question))
    page_editor.post(bulk_url("tag", question), {"tag": "制度"})
    question.refresh_from_db()
    assert question.live
    assert not question.tags.exists()


def test_editor_who_may_not_publish_tags_a_draft_only(db):
    group = Group.objects.create(name="書き手")
    names = ["access_admin", "change_question", "view_question"]
    group.permissions.set(Permission.objects.filter(codename__in=names))
    question = factories.make_question(key="q")
    sign_in(group).post(bulk_url("tag", question), {"tag": "制度"})
    question.refresh_from_db()
    assert not question.tags.exists()
    assert question.get_latest_revision_as_object().tags.get().name == "制度"
