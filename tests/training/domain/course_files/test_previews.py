"""What an editor is told before anything is done, of which others notice nothing."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

from cms.domain.desk import list_waiting
from tests import factories
from tests.factories import NOW
from training.domain.course_files import importing
from training.domain.course_files.exporting import export_course, plan_export
from training.domain.course_files.importing import (
    CannotImport,
    Wish,
    import_course,
    plan_course_import,
)
from training.exchange.course_files import CourseFile
from training.models import CoursePage, ModulePage, Question, Quiz
from training.seams import course_additions

from .cast import change, forget_course, make_whole_course, read

pytestmark = pytest.mark.django_db
KEY = "digital-support-m1-q1"


@pytest.fixture
def course(db):
    return factories.make_course(modules=2, questions=2)


@pytest.fixture
def boss(db):
    """Whom no lock keeps out."""
    return factories.UserFactory(is_superuser=True, is_staff=True)


def export(course):
    return read(export_course(course=course, user=None, now=NOW))


def plan(file, parent, user=None):
    return plan_course_import(file=file, parent=parent, user=user, wish=Wish())


def bring(file, parent, user=None, **wish):
    return import_course(file=file, parent=parent, user=user, wish=Wish(**wish), now=NOW)


def hand_in(row):
    """For approval. Gives the words that wait there."""
    workflow = Workflow.objects.create(name="承認の流れ")
    task = GroupApprovalTask.objects.create(name="課長の承認")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    row.save_revision()
    workflow.start(row, factories.UserFactory())
    return row.current_workflow_state.current_task_state


def edit_both(content):
    content["modules"][0]["fields"]["summary"] = "ファイルの要約"
    content["questions"][0]["explanation"] = "ファイルの解説"


@pytest.mark.parametrize("kind", [ModulePage, Question])
def test_what_waits_for_approval_is_not_imported_over(course, boss, kind):
    file = change(export(course), edit_both)
    row = kind.objects.order_by("pk").first()
    row.summary = row.explanation = "編集者の文"
    task = hand_in(row)
    for user in (None, boss):
        errors = plan(file, course.get_parent(), user).errors
        assert len(errors) == 1
        assert "課長の承認" in errors[0]
        assert (row.title if kind is ModulePage else KEY) in errors[0]
        with pytest.raises(CannotImport):
            bring(file, course.get_parent(), user)
    row = kind.objects.get(pk=row.pk)
    assert row.latest_revision == task.revision

    task.reject(user=boss)
    noted = plan(file, course.get_parent(), boss)
    assert noted.errors == []
    assert len(noted.notes) == 1
    assert str(row) in noted.notes[0]
    row.current_workflow_state.cancel(user=boss)
    drafts = plan(file, course.get_parent(), boss)
    assert len(drafts.notes) == 1
    assert str(row) in drafts.notes[0]
    assert drafts.notes != noted.notes
    bring(file, course.get_parent(), boss)
    assert row.revisions.count() == 2


def test_what_waits_and_is_the_same_in_the_file_stops_nothing(course):
    hand_in(ModulePage.objects.order_by("pk").first())
    file = export(course)
    newer = change(file, lambda content: content["course"]["fields"].update(summary="新"))
    assert plan(newer, course.get_parent()).errors == []


@pytest.mark.parametrize(
    "html", ["<script>a()</script>", "<p><b><style>a</style></b></p>", "<img>"]
)
def test_text_of_which_nothing_would_be_left_is_told_with_its_place(course, html):
    def edit(content):
        content["modules"][1]["fields"]["body"] = [{"type": "text", "value": html}]
        content["questions"][0]["stem"].append({"type": "text", "value": html})

    errors = plan(change(export(course), edit), course.get_parent()).errors
    assert len(errors) == 2
    assert "単元の題2" in errors[0]
    assert "1. " in errors[0]
    for word in (KEY, "単元の題1", f"{KEY} の問い", "2. "):
        assert word in errors[1]


def test_empty_text_that_was_empty_before_is_a_draft_with_a_remark(course):
    def edit(content):
        content["questions"][0]["stem"] = [{"type": "text", "value": "<p></p>"}]

    planned = plan(change(export(course), edit), course.get_parent())
    assert planned.errors == []
    assert "問題文がありません。" in planned.changed[0].changes


@pytest.mark.parametrize("title", ["", " ", "\u3000"])
def test_page_without_a_title_is_told_by_its_address(course, title):
    def edit(content):
        content["modules"][1]["fields"]["title"] = title

    errors = plan(change(export(course), edit), course.get_parent()).errors
    assert len(errors) == 1
    assert "digital-support-module-2" in errors[0]


def test_all_that_is_named_and_nowhere_is_told_at_once(course):
    gone = str(uuid4())

    def edit(content):
        content["modules"][1]["quiz"]["questions"].append("gone-question")
        content["questions"][0]["passage_module"] = gone
        content["questions"][1]["parts"] = ["gone-part"]
        content["questions"][3]["kind"] = "essay"

    file = change(export(course), edit)
    for parent in (course.get_parent(), forget_course(course)):
        errors = plan(file, parent).errors
        for words in (
            ("単元の題2", "3", "gone-question"),
            (KEY, f"{KEY} の問い", "単元の題1", gone),
            ("digital-support-m1-q2", "gone-part"),
            ("digital-support-m2-q2",),
        ):
            assert any(all(word in text for word in words) for text in errors), words


def test_module_that_only_this_site_has_may_be_read_again(course):
    other = ModulePage.objects.order_by("path").last()

    def edit(content):
        content["modules"].pop()
        content["questions"][0]["passage_module"] = str(other.translation_key)

    bring(change(export(course), edit), course.get_parent())
    question = Question.objects.get(key=KEY).get_latest_revision_as_object()
    assert question.passage_module_id == other.pk


def test_wrong_rules_of_a_quiz_are_told_beside_other_errors(course):
    def edit(content):
        content["modules"][0]["quiz"]["rules"]["pass_mark"] = 0
        content["questions"][0]["kind"] = "essay"

    assert len(plan(change(export(course), edit), course.get_parent()).errors) == 2


def test_quiz_that_cannot_be_changed_at_once_keeps_no_draft_from_coming(course, boss):
    def edit(content):
        edit_both(content)
        for module in content["modules"]:
            module["quiz"]["rules"]["pass_mark"] = 90

    file = change(export(course), edit)
    other = factories.UserFactory()
    second = ModulePage.objects.order_by("path").last()
    Page.objects.filter(pk=second.pk).update(locked=True, locked_by=other)
    planned = plan(file, course.get_parent(), boss)
    assert (planned.can_be_done, planned.can_be_done_at_once) == (True, False)
    assert len(planned.at_once_problems) == 1
    with pytest.raises(CannotImport):
        bring(file, course.get_parent(), boss, at_once=True)
    bring(file, course.get_parent(), boss)
    assert set(Quiz.objects.values_list("pass_mark", flat=True)) == {80}
    Page.objects.filter(pk=second.pk).update(locked=False)
    planned = plan(file, course.get_parent(), boss)
    assert (planned.has_drafts, planned.can_be_done_at_once) == (False, True)


def test_terms_that_the_editor_may_not_add_are_left_out_by_name(course, monkeypatch):
    term = factories.GlossaryTermFactory()
    course.body = [("text", f"<p>{term.term}</p>")]
    course.save()
    file = export(course)
    term.delete()
    user = factories.UserFactory(is_superuser=True)
    assert len(plan(file, course.get_parent(), user).at_once) == 1
    additions = [replace(each, may_save=lambda user: False) for each in course_additions]
    monkeypatch.setattr(importing, "course_additions", additions)
    planned = plan(file, course.get_parent(), user)
    assert planned.at_once == []
    assert len(planned.notes) == 1
    assert term.term in planned.notes[0]


def test_preview_locks_and_writes_nothing_that_is_here(course, monkeypatch):
    locked = []
    lock = QuerySet.select_for_update
    monkeypatch.setattr(
        QuerySet,
        "select_for_update",
        lambda self, **how: locked.append(self.model) or lock(self, **how),
    )

    def edit(content):
        edit_both(content)
        content["modules"][0]["quiz"]["rules"]["pass_mark"] = 90

    file = change(export(course), edit)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        planned = plan(file, course.get_parent())
    assert (len(planned.changed), len(planned.at_once)) == (2, 1)
    assert locked == []
    written = [each["sql"] for each in asked if re.match("INSERT|UPDATE|DELETE", each["sql"])]
    assert written == []
    bring(file, course.get_parent())
    assert set(locked) == {Page, Question, Quiz}


@pytest.mark.parametrize("is_draft", [False, True])
def test_export_asks_as_often_for_three_as_for_one(is_draft):
    counts = []
    for size in (1, 3):
        course = factories.make_course(modules=size, questions=size, slug=f"course-{size}")
        if is_draft:
            modules = ModulePage.objects.child_of(course)
            questions = Question.objects.filter(key__startswith=f"course-{size}")
            for row in [*modules, *questions]:
                row.save_revision()
        with CaptureQueriesContext(connection) as asked:
            planned = plan_export(course=CoursePage.objects.get(pk=course.pk))
        assert len(planned.content["questions"]) == size * size
        counts.append(len(asked))
    assert counts[0] == counts[1] < 30


def test_latest_versions_are_read_as_wagtail_reads_them():
    """All kinds of questions and blocks, with drafts that refer to what is gone."""
    course = make_whole_course()
    scene = Question.objects.get(key="scene")
    scene.explanation = "下書き"
    scene.save_revision()
    single = Question.objects.get(key="single")
    single.tags.add("消える")
    single.passage_module = None
    single.save_revision()
    module = ModulePage.objects.get(slug="second")
    module.summary = "下書き"
    module.save_revision()
    content = plan_export(course=course).content
    told = {each["key"]: each for each in content["questions"]}
    assert told["scene"]["explanation"] == "下書き"
    assert told["scene"]["parts"] == ["part"]
    assert told["single"]["tags"] == sorted(["安全", "制度", "消える"])
    assert told["single"]["passage_module"] is None
    assert content["modules"][1]["fields"]["summary"] == "下書き"
    Tag.objects.filter(name="消える").delete()
    told = {each["key"]: each for each in plan_export(course=course).content["questions"]}
    assert told["single"]["tags"] == sorted(["安全", "制度"])


def test_imported_drafts_wait_on_the_desk_of_whoever_imported_them(course, boss):
    file = export(course)
    home = forget_course(course)
    bring(file, home, boss)
    part = list_waiting(user=boss, now=NOW)
    # The course, its two modules and its four questions.
    assert part.count == 7
    assert list_waiting(user=factories.UserFactory(is_superuser=True), now=NOW).count == 0


def test_export_file_of_hostile_keys_has_names_for_its_questions(course):
    """Whatever stands where a text should be."""
    file = export(course)
    file.content["questions"][0]["stem"] = ["a", {"value": 1}, {"type": "text", "value": "<b>題"}]
    errors = plan(CourseFile(file.content, {}, b""), course.get_parent()).errors
    assert len(errors) == 1
    assert "題" in errors[0]
