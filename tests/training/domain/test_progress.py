"""An enrolment sees what its version asks for, whatever is published since (rule R2)."""

import pytest

from tests import factories
from training.domain import completion, quizzes
from training.domain.progress import read_progress
from training.domain.reports import enrolments_of, read_rows, read_versions
from training.models import ModuleCompletion, ModulePage, Quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    return factories.make_enrolment(course=factories.make_course(modules=2))


def see(enrolment):
    return read_progress(course_path=enrolment.course.path, enrolment=enrolment)


def add_module(enrolment):
    module = factories.ModulePageFactory(parent=enrolment.course, title="あとから")
    module.move(ModulePage.objects.order_by("path").first(), pos="left")
    return ModulePage.objects.get(pk=module.pk)


def test_module_added_later_changes_no_number_and_is_not_next(enrolment):
    before = [(step.number, step.title) for step in see(enrolment).steps]
    add_module(enrolment)
    after = see(enrolment)
    assert [(step.number, step.title) for step in after.steps] == before
    assert after.next_open.title == "単元の題1"


def test_someone_not_enrolled_sees_the_course_as_published(enrolment):
    add_module(enrolment)
    progress = read_progress(course_path=enrolment.course.path, enrolment=None)
    assert [step.title for step in progress.steps] == ["あとから", "単元の題1", "単元の題2"]


def test_unpublished_module_stays_in_the_list_without_a_link(enrolment):
    ModulePage.objects.order_by("path").first().unpublish()
    progress = see(enrolment)
    assert [(step.title, step.slug == "") for step in progress.steps] == [
        ("単元の題1", True),
        ("単元の題2", False),
    ]
    assert progress.next_open.title == "単元の題2"


def test_reading_a_module_that_is_not_asked_for_records_nothing(enrolment):
    module = add_module(enrolment)
    with pytest.raises(completion.NotRequired):
        completion.complete_reading(
            enrolment_id=enrolment.pk, module_id=module.pk, now=factories.NOW
        )
    assert not ModuleCompletion.objects.exists()


def test_report_counts_what_the_version_asks_for(enrolment):
    extra = add_module(enrolment)
    ModuleCompletion.objects.create(enrolment=enrolment, module=extra, completed_at=factories.NOW)
    versions = read_versions(course_id=enrolment.course_id)
    facts = enrolments_of(course_id=enrolment.course_id, versions=versions)
    (row,) = read_rows(facts=facts, versions=versions)
    assert (row.completed_modules, row.required_modules) == (0, 2)


def test_raised_pass_mark_holds_for_later_enrolments_only(enrolment):
    quiz = Quiz.objects.order_by("pk").first()
    Quiz.objects.filter(pk=quiz.pk).update(pass_mark=100)
    quiz.refresh_from_db()
    later = factories.make_enrolment(course=enrolment.course)
    marks = [
        quizzes.start_attempt(enrolment=each, quiz=quiz, now=factories.NOW).paper["pass_mark"]
        for each in (enrolment, later)
    ]
    assert marks == [80, 100]


def test_quiz_moved_to_another_module_completes_the_one_it_was_taken_for(enrolment):
    first, second = ModulePage.objects.order_by("path")
    quiz = first.quiz
    attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=factories.NOW)
    second.quiz.delete()
    Quiz.objects.filter(pk=quiz.pk).update(module=second)
    key = attempt.paper["items"][0]["question"]
    quizzes.submit_attempt(attempt_id=attempt.pk, answers={key: "key-b"}, now=factories.NOW)
    assert [each.module_id for each in ModuleCompletion.objects.all()] == [first.pk]
