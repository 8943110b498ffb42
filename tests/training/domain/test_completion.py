import datetime as dt

import pytest

from tests import factories
from training.domain.completion import (
    QuizRequired,
    complete_module,
    complete_reading,
    read_decision,
)
from training.models import Enrolment, ModuleCompletion, ModulePage
from training.signals import course_completed

pytestmark = pytest.mark.django_db


def modules_of(course):
    return list(ModulePage.objects.child_of(course).order_by("path"))


def test_decision_says_what_is_missing():
    course = factories.make_course(modules=2)
    enrolment = factories.make_enrolment(course=course)
    first, _second = modules_of(course)

    complete_module(enrolment=enrolment, module_id=first.pk, now=factories.NOW)
    decision = read_decision(enrolment=enrolment)

    assert not decision.is_complete
    assert decision.sentence == "あと1つ：単元2の確認テスト（80%以上）"


def test_last_module_completes_the_course_once(django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, enrolment_id, **kwargs):
        heard.append(enrolment_id)

    course = factories.make_course(modules=2)
    enrolment = factories.make_enrolment(course=course)
    course_completed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            for module in [*modules_of(course), *modules_of(course)]:
                complete_module(enrolment=enrolment, module_id=module.pk, now=factories.NOW)
    finally:
        course_completed.disconnect(hear)

    assert heard == [enrolment.pk]
    assert Enrolment.objects.get().completed_at == factories.NOW
    assert ModuleCompletion.objects.count() == 2


def test_completion_stays_when_the_course_grows(enrolment, course):
    (module,) = modules_of(course)
    complete_module(enrolment=enrolment, module_id=module.pk, now=factories.NOW)
    factories.ModulePageFactory(parent=course)

    enrolment = Enrolment.objects.get()
    assert enrolment.completed_at == factories.NOW
    assert read_decision(enrolment=enrolment).is_complete


def test_enrolment_is_held_to_the_version_it_started_under(course):
    before = factories.make_enrolment(course=course)
    factories.ModulePageFactory(parent=course)
    after = factories.make_enrolment(course=course, learner=factories.LearnerFactory())

    assert len(read_decision(enrolment=before).requirements) == 1
    assert len(read_decision(enrolment=after).requirements) == 2


def test_module_with_a_quiz_is_not_completed_by_saying_so(enrolment, course):
    (module,) = modules_of(course)

    with pytest.raises(QuizRequired):
        complete_reading(enrolment_id=enrolment.pk, module_id=module.pk, now=factories.NOW)

    assert not ModuleCompletion.objects.exists()


def test_module_without_a_quiz_is_completed_by_reading():
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    enrolment = factories.make_enrolment(course=course)

    complete_reading(enrolment_id=enrolment.pk, module_id=module.pk, now=factories.NOW)

    assert Enrolment.objects.get().completed_at == factories.NOW


def test_completion_of_yesterday_is_not_overwritten(enrolment, course):
    (module,) = modules_of(course)
    complete_module(enrolment=enrolment, module_id=module.pk, now=factories.NOW)

    later = factories.NOW + dt.timedelta(days=1)
    complete_module(enrolment=enrolment, module_id=module.pk, now=later)

    assert Enrolment.objects.get().completed_at == factories.NOW
