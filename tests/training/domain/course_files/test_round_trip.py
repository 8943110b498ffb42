"""What is exported, imported into an empty site and exported again is the same file."""

import json

import pytest

from cms.demo.loader import load_everything
from cms.models import GlossaryTerm
from tests.factories import NOW
from training.blocks import LessonBlock
from training.domain.course_files.exporting import export_course, plan_export
from training.domain.course_files.importing import Wish, import_course, plan_course_import
from training.kinds import all_kinds
from training.models import CoursePage, ModulePage, Question

from .cast import forget_course, is_empty, make_whole_course, read

pytestmark = pytest.mark.django_db


def bring(data, parent, **wish):
    return import_course(file=read(data), parent=parent, user=None, wish=Wish(**wish), now=NOW)


def export(course):
    return export_course(course=course, user=None, now=NOW)


def test_demo_course_comes_back_byte_for_byte():
    load_everything()
    course = CoursePage.objects.get()
    data = export(course)
    assert export(course) == data
    home = forget_course(course)
    GlossaryTerm.objects.all().delete()
    plan = bring(data, home, at_once=True)
    assert (ModulePage.objects.count(), Question.objects.count()) == (8, 46)
    assert GlossaryTerm.objects.count() == len(plan.at_once) > 10
    assert plan.notes == []
    again = CoursePage.objects.get()
    assert not again.live
    assert not ModulePage.objects.filter(live=True).exists()
    assert not Question.objects.filter(live=True).exists()
    assert export(again) == data


def test_every_block_and_every_kind_comes_back_byte_for_byte():
    course = make_whole_course()
    data = export(course)
    content = read(data).content
    assert {each["type"] for each in content["modules"][1]["fields"]["body"]} == set(
        LessonBlock().child_blocks
    )
    assert {each["kind"] for each in content["questions"]} == {kind.name for kind in all_kinds()}
    home = forget_course(course)
    bring(data, home)
    assert export(CoursePage.objects.get()) == data
    assert is_empty(plan_course_import(file=read(data), parent=home, user=None, wish=Wish()))


def test_second_import_of_the_same_file_changes_nothing():
    course = make_whole_course()
    data = export(course)
    before = [(page.pk, page.latest_revision_id) for page in CoursePage.objects.all()]
    revisions = course.revisions.count(), Question.objects.get(key="single").revisions.count()
    plan = bring(data, course.get_parent())
    assert is_empty(plan)
    assert plan.notes == []
    assert [(page.pk, page.latest_revision_id) for page in CoursePage.objects.all()] == before
    course.refresh_from_db()
    assert (
        course.revisions.count(),
        Question.objects.get(key="single").revisions.count(),
    ) == revisions


def test_file_names_no_user_and_says_what_leaves_the_course():
    course = make_whole_course()
    planned = plan_export(course=course)
    assert planned.problems == []
    assert len(planned.notes) == 1
    text = json.dumps(planned.content, ensure_ascii=False)
    assert "owner" not in text
    assert "@" not in text
