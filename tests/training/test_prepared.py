import gc
import weakref
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models import CharField, DateTimeField
from django.test.utils import CaptureQueriesContext

from tests import factories
from training.models import CoursePage, Enrolment
from training.prepared import Given, Prepared

pytestmark = pytest.mark.django_db


def test_each_call_finds_what_its_own_values_ask_for():
    built = []

    def build():
        built.append(1)
        return Enrolment.objects.filter(learner=Given("learner")).select_related("version")

    of_learner = Prepared(build)
    one = factories.make_enrolment()
    other = factories.make_enrolment(course=one.course)
    assert of_learner.all(learner=one.learner_id) == [one]
    puttings = len(built)
    with CaptureQueriesContext(connection) as queries:
        found = of_learner.first(learner=other.learner_id)
        assert (found, found.version.outline) == (other, other.version.outline)
    assert len(queries) == 1
    assert len(built) == puttings
    assert of_learner.first(learner=0) is None
    with pytest.raises(Enrolment.DoesNotExist):
        of_learner.get(learner=0)


def test_a_second_answer_is_read_from_the_database():
    at = Prepared(lambda: Enrolment.objects.filter(pk=Given("pk")).values_list("withdrawn_at"))
    enrolment = factories.make_enrolment()
    assert at.all(pk=enrolment.pk) == [(None,)]
    withdrawn_at = datetime(2026, 11, 25, 1, 2, 3, 4, tzinfo=UTC)
    Enrolment.objects.update(withdrawn_at=withdrawn_at)
    assert at.all(pk=enrolment.pk) == [(withdrawn_at,)]


def test_values_are_values_whatever_is_in_them():
    titled = Prepared(
        lambda: Enrolment.objects.filter(
            course__title__startswith=Given("title", CharField()),
            enrolled_at__lte=Given("now", DateTimeField()),
        ).values_list("pk")
    )
    enrolment = factories.make_enrolment()
    CoursePage.objects.update(title="100%_'の講座")
    now = enrolment.enrolled_at
    assert titled.all(title="100%_'", now=now) == [(enrolment.pk,)]
    assert titled.all(title="100_", now=now) == []
    assert titled.all(title="%", now=now) == []
    assert titled.all(title="100%", now=now - timedelta(seconds=1)) == []


def test_no_value_finds_nothing():
    """As SQL has it: nothing is equal to NULL. A visitor without an account owns no record."""
    owned = Prepared(lambda: Enrolment.objects.filter(learner__user=Given("user")))
    factories.make_enrolment(learner=factories.LearnerFactory(user=None))
    assert owned.all(user=None) == []


def test_a_connection_of_a_thread_that_ended_goes_with_it():
    asked = Prepared(lambda: Enrolment.objects.filter(pk=Given("pk")).values_list("pk"))
    usual, other = connections["default"], connections["default"].copy()
    other.connection = usual.connection
    connections["default"] = other
    try:
        assert asked.all(pk=0) == []
    finally:
        connections["default"] = usual
    gone = weakref.ref(other)
    other.connection = None
    del other
    gc.collect()
    assert gone() is None


def test_a_lock_is_asked_for_in_a_transaction_only(monkeypatch):
    """Also once the SQL is made, when Django no longer looks."""
    locked = Prepared(lambda: Enrolment.objects.filter(pk=Given("pk")).select_for_update())
    enrolment = factories.make_enrolment()
    assert locked.get(pk=enrolment.pk) == enrolment
    monkeypatch.setattr(connection, "in_atomic_block", False)
    with pytest.raises(transaction.TransactionManagementError):
        locked.get(pk=enrolment.pk)
