"""What an import changes, and what it leaves alone."""

import contextlib
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.models import GlossaryTerm
from tests import factories
from tests.factories import NOW
from training.domain.course_files import importing
from training.domain.course_files.exporting import export_course
from training.domain.course_files.importing import (
    CannotImport,
    PlanChanged,
    Wish,
    import_course,
    plan_course_import,
)
from training.domain.course_files.media import make_medium
from training.exchange.course_files import key_medium
from training.models import AuditEntry, CoursePage, ModulePage, Question, Quiz

from .cast import change, forget_course, is_empty, make_whole_course, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(db):
    return factories.make_course(modules=2, questions=2)


def export(course):
    return read(export_course(course=course, user=None, now=NOW))


def plan(file, parent, **wish):
    return plan_course_import(file=file, parent=parent, user=None, wish=Wish(**wish))


def bring(file, parent, **wish):
    return import_course(file=file, parent=parent, user=None, wish=Wish(**wish), now=NOW)


def count_rows():
    return [
        model.objects.count()
        for model in (Page, Question, Quiz, get_image_model(), get_document_model(), AuditEntry)
    ]


def test_preview_changes_nothing_and_stores_nothing(course):
    whole = make_whole_course()
    file = export(whole)
    home = forget_course(whole)
    before, stored = count_rows(), sorted(default_storage.listdir("documents")[1])
    planned = plan(file, home)
    assert planned.created
    assert planned.errors == []
    assert count_rows() == before
    assert sorted(default_storage.listdir("documents")[1]) == stored


def test_newer_file_becomes_drafts_beside_what_is_published(course):
    enrolment = factories.make_enrolment(course=course)

    def edit(content):
        content["course"]["fields"]["summary"] = "新しい要約"
        question = content["questions"][0]
        question["choices"][0]["is_right"], question["choices"][1]["is_right"] = True, False
        question["explanation"] = "新しい解説"

    file = change(export(course), edit)
    planned = bring(file, course.get_parent())
    assert [(entry.name, entry.key) for entry in planned.changed] == [
        (course.title, ""),
        ("digital-support-m1-q1 の問い", "digital-support-m1-q1"),
    ]
    assert len(planned.changed[0].changes) == 1
    assert len(planned.changed[1].changes) == 3
    course.refresh_from_db()
    assert (course.live, course.summary) == (True, "高齢者の手助けを学びます。")
    assert course.get_latest_revision_as_object().summary == "新しい要約"
    question = Question.objects.get(key="digital-support-m1-q1")
    assert (question.live, question.explanation) == (True, "digital-support-m1-q1 の解説")
    assert question.choices.filter(is_right=True).count() == 1
    latest = question.get_latest_revision_as_object()
    assert latest.explanation == "新しい解説"
    assert [choice.pk for choice in latest.choices.all()] == [
        choice.pk for choice in question.choices.all()
    ]
    enrolment.refresh_from_db()
    assert enrolment.course_id == course.pk
    assert is_empty(plan(file, course.get_parent()))


def test_quiz_that_learners_take_changes_only_where_the_editor_says_so(course):
    def edit(content):
        content["modules"][0]["quiz"]["rules"]["pass_mark"] = 90

    file = change(export(course), edit)
    quiz = Quiz.objects.order_by("pk").first()
    planned = bring(file, course.get_parent())
    assert [len(entry.changes) for entry in planned.at_once] == [1]
    assert "80" in planned.at_once[0].changes[0]
    assert "90" in planned.at_once[0].changes[0]
    quiz.refresh_from_db()
    assert quiz.pass_mark == 80
    bring(file, course.get_parent(), at_once=True)
    quiz.refresh_from_db()
    assert quiz.pass_mark == 90


def test_course_comes_a_second_time_as_a_new_one(course):
    file = export(course)
    home = course.get_parent()
    planned = bring(file, home, seed="again")
    assert planned.errors == []
    copy = CoursePage.objects.get(pk=planned.course_pk)
    assert copy.get_children().count() == 2
    assert (copy.slug, copy.live) == ("digital-support-1", False)
    assert ModulePage.objects.child_of(copy).count() == 2
    assert Question.objects.count() == 8
    asked = Question.objects.filter(quiz_questions__quiz__module__in=copy.get_children())
    assert asked.filter(live=False).count() == 4
    # Under the same keys as before: nothing is left to do.
    assert is_empty(plan(file, home, seed="again"))
    assert is_empty(plan(file, home))


def test_question_of_the_same_key_that_is_not_of_the_course_stops_everything(course):
    file = export(course)
    home = forget_course(course)
    factories.make_question(key="digital-support-m1-q1", right=("c",))
    before = count_rows()
    with pytest.raises(CannotImport) as caught:
        bring(file, home)
    assert len(caught.value.plan.errors) == 1
    assert "digital-support-m1-q1" in caught.value.plan.errors[0]
    assert count_rows() == before


@pytest.mark.parametrize("part", ["course", "module"])
def test_page_of_the_same_key_that_is_something_else_stops_everything(course, part):
    file = export(course)
    home = course.get_parent()
    row = file.content["course"] if part == "course" else file.content["modules"][0]
    Page.objects.filter(translation_key=row["key"]).update(translation_key=uuid4())
    other = factories.make_course(slug="other")
    Page.objects.filter(pk=other.get_children()[0].pk).update(translation_key=row["key"])
    errors = plan(file, home).errors
    assert len(errors) == 1
    assert other.get_children()[0].title in errors[0]


def test_what_is_not_in_the_file_stays(course):
    file = change(export(course), lambda content: content["modules"].pop())
    planned = plan(file, course.get_parent())
    assert is_empty(planned)
    assert len(planned.notes) == 1
    assert ModulePage.objects.count() == 2


def test_link_beside_the_course_leads_to_the_same_place_or_where_it_led(course):
    home = course.get_parent()
    faq = factories.ModulePageFactory(parent=home, slug="faq", title="よくある質問")
    course.body = [("text", f'<p><a linktype="page" id="{faq.pk}">質問</a></p>')]
    course.save()
    file = export(course)
    assert list(file.content["elsewhere"]) == ["faq/"]
    assert is_empty(plan(file, home))
    faq.unpublish()
    planned = plan(file, home)
    assert len(planned.notes) == 1
    assert "質問" in planned.notes[0]
    file.content["elsewhere"]["faq/"] = "https://other.example.jp/faq/"
    bring(file, home)
    course.refresh_from_db()
    body = course.get_latest_revision_as_object().body
    assert body[0].value.source == '<p><a href="https://other.example.jp/faq/">質問</a></p>'


def test_files_are_taken_away_again_when_the_transaction_fails(course, monkeypatch):
    whole = make_whole_course()
    file = export(whole)
    home = forget_course(whole)
    before, rows = sorted(default_storage.listdir("documents")[1]), count_rows()
    stored = []

    def fail(**kwargs):
        stored.extend(default_storage.listdir("documents")[1])
        raise RuntimeError

    monkeypatch.setattr(importing, "record_audit", fail)
    with pytest.raises(RuntimeError):
        bring(file, home)
    assert len(stored) > len(before)
    assert sorted(default_storage.listdir("documents")[1]) == before
    assert count_rows() == rows


@pytest.mark.parametrize("key", ["", "e", "course", "0" * 40])
def test_keys_that_are_none_are_told_whatever_is_wished(course, key):
    file = change(export(course), lambda content: content["course"].update(key=key))
    for seed in ("", "new"):
        assert any("識別子" in text for text in plan(file, course.get_parent(), seed=seed).errors)


def test_file_that_somebody_else_brought_meanwhile_is_not_kept_twice(monkeypatch):
    whole = make_whole_course()
    file = export(whole)
    home = forget_course(whole)
    storing = importing.storing

    @contextlib.contextmanager
    def storing_while_another_does(*, file):
        with storing(file=file) as names:
            for key in names:
                medium = next(each for each in file.content["media"] if key_medium(each) == key)
                name = default_storage.save(
                    f"documents/a.{medium['extension']}", ContentFile(file.read_medium(medium))
                )
                make_medium(medium=medium, file=file, name=name, user=None)
            yield names

    before = count_files()
    monkeypatch.setattr(importing, "storing", storing_while_another_does)
    bring(file, home)
    assert count_files() == before + len(file.content["media"])


def count_files():
    folders = ("documents", "original_images")
    return sum(len(default_storage.listdir(folder)[1]) for folder in folders)


def test_plan_that_nobody_has_seen_is_not_carried_out(course):
    file = change(export(course), lambda content: content["course"]["fields"].update(summary="新"))
    seen = plan(file, course.get_parent())
    course.summary = "別の人の要約"
    course.save_revision()
    with pytest.raises(PlanChanged):
        import_course(
            file=file,
            parent=course.get_parent(),
            user=None,
            wish=Wish(),
            now=NOW,
            fingerprint=seen.fingerprint,
        )


def test_terms_come_along_where_the_editor_says_so(course):
    term = factories.GlossaryTermFactory()
    course.body = [("text", "<p>公民館で開きます。</p>")]
    course.save()
    file = export(course)
    assert plan(file, course.get_parent()).at_once == []
    term.delete()
    planned = bring(file, course.get_parent())
    assert [entry.name for entry in planned.at_once] == ["公民館"]
    assert not GlossaryTerm.objects.exists()
    bring(file, course.get_parent(), at_once=True)
    assert GlossaryTerm.objects.get().plain == term.plain


def test_site_without_the_glossary_leaves_its_terms_out(course, monkeypatch):
    factories.GlossaryTermFactory(term="題", slug="dai", reading="だい")
    file = export(course)
    monkeypatch.setattr(importing, "course_additions", [])
    file.content["additions"] = {"terms": [{}]}
    planned = plan(file, course.get_parent())
    assert is_empty(planned)
    assert len(planned.notes) == 1
    assert "terms" in planned.notes[0]


def test_commands_do_the_same(course, tmp_path, capsys):
    path = tmp_path / "course.zip"
    call_command("export_course", course.slug, path)
    home = forget_course(course)
    call_command("import_course", path, dry_run=True)
    assert not CoursePage.objects.exists()
    call_command("import_course", path, parent=home.pk)
    assert CoursePage.objects.get().slug == course.slug
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        "course.export",
        "course.import",
    }
    path.write_bytes(b"no")
    with pytest.raises(CommandError):
        call_command("import_course", path)
