"""The desk on the editor's first page: what waits for whom, at a fixed number of statements."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission

from cms import roles
from cms.demo import loader
from cms.domain.desk import read_desk
from tests import factories
from training.models import ModulePage, OutgoingMail, Question

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 25)
STATEMENTS = 17
DEAD_LINK = [("text", '<p><a linktype="page" id="99999">先</a></p>')]


def in_role(name):
    user = factories.UserFactory()
    user.groups.add(roles.make_group(name))
    return user


def read(user):
    # Fresh: rights are kept on the user.
    user = type(user).objects.get(pk=user.pk)
    return {part.key: part for part in read_desk(user=user, now=NOW, today=TODAY)}


def texts(part):
    return [row.text for row in part.rows]


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        (roles.EDITORS, ["waiting", "due", "faulty"]),
        (roles.QUESTION_KEEPERS, ["waiting", "due", "poor"]),
        (roles.REGISTER_OFFICERS, ["waiting", "undelivered"]),
        (roles.SUPPORT, ["waiting"]),
    ],
)
def test_everybody_has_the_parts_that_they_have_a_right_to(role, parts):
    desk = read(in_role(role))
    assert list(desk) == parts
    assert all(part.count == 0 and part.empty for part in desk.values())


def test_own_drafts_and_tasks_wait_and_those_of_others_do_not(course):
    editor, other, approver = (
        in_role(roles.EDITORS),
        in_role(roles.EDITORS),
        in_role(roles.APPROVERS),
    )
    module = ModulePage.objects.child_of(course).get()
    module.title = "書きかけ"
    module.save_revision(user=editor)
    assert texts(read(editor)["waiting"]) == ["書きかけ"]
    assert read(other)["waiting"].count == 0
    module.get_workflow().start(module, editor)
    assert texts(read(approver)["waiting"]) == ["書きかけ"]


def test_what_was_handed_in_waits_for_its_approver_until_it_is_sent_back(course):
    editor, approver = in_role(roles.EDITORS), in_role(roles.APPROVERS)
    module = ModulePage.objects.child_of(course).get()
    module.title = "書きかけ"
    module.save_revision(user=editor)
    review = module.get_workflow().start(module, editor)
    assert read(editor)["waiting"].count == 0
    review.current_task_state.reject(user=approver, comment="出典を足してください。")
    [row] = read(editor)["waiting"].rows
    assert row.text == "書きかけ"
    assert "出典を足してください。" in row.note
    assert read(approver)["waiting"].count == 0
    module.save_revision(user=editor)
    review.refresh_from_db()
    review.resume(user=editor)
    assert read(editor)["waiting"].count == 0
    assert texts(read(approver)["waiting"]) == ["書きかけ"]


def test_question_that_was_handed_in_does_not_wait_for_its_keeper(course):
    keeper = in_role(roles.QUESTION_KEEPERS)
    question = Question.objects.first()
    question.save_revision(user=keeper)
    assert texts(read(keeper)["waiting"]) == [question.key]
    loader._load_workflow()
    question.get_workflow().start(question, keeper)
    assert read(keeper)["waiting"].count == 0


def test_facts_of_this_month_are_due_and_those_of_the_next_are_not(course):
    ModulePage.objects.update(review_by=dt.date(2026, 11, 30))
    Question.objects.update(review_by=dt.date(2026, 12, 1))
    assert texts(read(in_role(roles.EDITORS))["due"]) == ["単元の題1"]
    assert read(in_role(roles.QUESTION_KEEPERS))["due"].count == 0
    Question.objects.update(review_by=dt.date(2026, 3, 31))
    assert read(in_role(roles.QUESTION_KEEPERS))["due"].count == 1


def test_page_with_a_dead_link_is_to_be_mended(course):
    module = ModulePage.objects.child_of(course).get()
    module.body = DEAD_LINK
    module.save_revision()
    assert texts(read(in_role(roles.EDITORS))["faulty"]) == ["単元の題1"]


def test_mail_that_was_given_up_is_told():
    OutgoingMail.objects.create(
        key="a", to="a@example.jp", subject="題", body="文", created_at=NOW, next_try_at=None
    )
    assert read(in_role(roles.REGISTER_OFFICERS))["undelivered"].count == 1


@pytest.mark.parametrize("modules", [1, 3])
def test_statements_do_not_grow_with_what_waits(modules, django_assert_num_queries):
    course = factories.make_course(modules=modules)
    ModulePage.objects.update(review_by=TODAY)
    user = factories.UserFactory(is_superuser=True)
    for module in ModulePage.objects.child_of(course):
        module.body = DEAD_LINK
        module.save_revision(user=user)
        module.get_workflow().start(module, user)
    read(user)
    with django_assert_num_queries(STATEMENTS):
        desk = read(user)
    assert desk["faulty"].count == desk["due"].count == modules


def test_first_page_shows_the_desk_with_ways_to_each_thing(course):
    module = ModulePage.objects.child_of(course).get()
    module.body = DEAD_LINK
    module.save_revision()
    client = Client()
    client.force_login(in_role(roles.EDITORS))
    shown = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
    desk = shown.select_one(".desk")
    assert desk.h2.get_text() == "やることの一覧"
    link = desk.select_one("#desk-faulty").parent.a
    assert link["href"] == reverse("wagtailadmin_pages:edit", args=[module.pk])


def test_desk_names_no_page_that_its_reader_may_not_edit(course):
    editor = factories.UserFactory()
    group = Group.objects.create(name="one course")
    GroupPagePermission.objects.create(
        group=group,
        page=course,
        permission=Permission.objects.get(
            content_type__app_label="wagtailcore", codename="change_page"
        ),
    )
    editor.groups.add(group)
    theirs = ModulePage.objects.child_of(course).get()
    other = factories.make_course(slug="other")
    foreign = ModulePage.objects.child_of(other).get()
    ModulePage.objects.update(review_by=TODAY)
    for page in (theirs, foreign):
        page.title = f"書きかけ{page.pk}"
        page.save_revision(user=editor)
    desk = read(editor)
    assert texts(desk["waiting"]) == [f"書きかけ{theirs.pk}"]
    assert [row.pk for row in desk["due"].rows] == [theirs.pk]


def test_what_the_approver_wrote_stands_where_the_page_is_edited(course):
    editor, approver = in_role(roles.EDITORS), in_role(roles.APPROVERS)
    module = ModulePage.objects.child_of(course).get()
    module.save_revision(user=editor)
    client = Client()
    client.force_login(editor)
    edit = reverse("wagtailadmin_pages:edit", args=[module.pk])
    review = module.get_workflow().start(module, editor)
    assert "出典を足してください。" not in client.get(edit).text
    review.current_task_state.reject(user=approver, comment="出典を足してください。")
    assert "出典を足してください。" in client.get(edit).text
