import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from certificates.domain import issuing, numbering, production, register
from certificates.models import Certificate, NumberSeries, certificate_storage
from tests import factories
from training.models import Enrolment

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture
def completed(db):
    factories.make_certificate_template()
    return factories.make_enrolment(completed_at=NOW)


def request_for(enrolment, now=NOW):
    return issuing.request_certificate(enrolment_id=enrolment.pk, now=now)


def test_request_is_answered_once(completed):
    assert request_for(completed) == request_for(completed)
    assert Certificate.objects.count() == 1
    assert NumberSeries.objects.get().last_number == 1


def test_nothing_for_an_enrolment_that_is_not_completed():
    factories.make_certificate_template()
    assert request_for(factories.make_enrolment()) is None
    assert not Certificate.objects.exists()


def test_no_template_is_said_and_writes_nothing():
    enrolment = factories.make_enrolment(completed_at=NOW)
    with pytest.raises(issuing.NoTemplate):
        request_for(enrolment)
    assert not Certificate.objects.exists()


def test_number_of_a_lost_race_is_given_back(completed):
    """The other worker's row appears after ours looked for it."""
    first = request_for(completed)
    with pytest.raises(IntegrityError), transaction.atomic():
        issuing._write_row(Enrolment.objects.get(pk=completed.pk), NOW)
    assert NumberSeries.objects.get().last_number == first.number


def test_an_error_that_is_no_lost_race_is_not_swallowed(completed, monkeypatch):
    def fail(*_):
        raise IntegrityError("another rule")

    monkeypatch.setattr(issuing, "_write_row", fail)
    with pytest.raises(IntegrityError, match="another rule"):
        request_for(completed)
    assert not Certificate.objects.exists()


def test_issuing_stores_the_bytes_under_their_hash(completed):
    certificate = request_for(completed)
    assert production.issue_certificate(certificate_id=certificate.pk, now=NOW)

    certificate.refresh_from_db()
    with certificate_storage().open(certificate.file.name) as file:
        content = file.read()
    assert certificate.status == "issued"
    assert hashlib.sha256(content).hexdigest() == certificate.sha256
    assert certificate.sha256 in certificate.file.name
    assert certificate.number_text == "令和8年度 第000001号"


def test_second_worker_finds_nothing_to_do(completed):
    certificate = request_for(completed)
    assert production.issue_certificate(certificate_id=certificate.pk, now=NOW)
    assert not production.issue_certificate(certificate_id=certificate.pk, now=NOW)
    assert Certificate.objects.get().tries == 1


def test_lease_of_a_dead_worker_runs_out(completed, monkeypatch):
    certificate = request_for(completed)

    def die(facts, **options):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(production, "render_pdf", die)
        with pytest.raises(RuntimeError):
            production.issue_certificate(certificate_id=certificate.pk, now=NOW)

    assert production.find_due(now=NOW, limit=10) == []
    assert not production.issue_certificate(certificate_id=certificate.pk, now=NOW)
    later = NOW + dt.timedelta(minutes=3)
    assert production.find_due(now=later, limit=10) == [certificate.pk]
    assert production.issue_certificate(certificate_id=certificate.pk, now=later)


def test_facts_stay_when_everything_around_them_changes(completed):
    certificate = request_for(completed)
    before = certificate.facts
    completed.learner.full_name = "別の 名前"
    completed.learner.save()
    completed.course.title = "別の題"
    completed.course.save()
    certificate.template.wording = "別の文"
    certificate.template.save()

    production.issue_certificate(certificate_id=certificate.pk, now=NOW)
    assert Certificate.objects.get().facts == before
    assert before["full_name"] == "髙橋 𠮷江"


def test_sweep_finds_completions_that_nobody_announced(completed):
    window = NOW - dt.timedelta(days=3)
    assert issuing.find_uncertified(completed_after=window, limit=10) == [completed.pk]
    # The daily sweep finds what is older than the window, those that wait longest first.
    older = factories.make_enrolment(
        course=completed.course, learner=factories.LearnerFactory(), completed_at=NOW
    )
    Enrolment.objects.filter(pk=older.pk).update(completed_at=window - dt.timedelta(seconds=1))
    assert issuing.find_uncertified(completed_after=window, limit=10) == [completed.pk]
    found = issuing.find_uncertified(completed_after=None, limit=10)
    assert found == [older.pk, completed.pk]
    assert issuing.find_uncertified(completed_after=None, limit=1) == [older.pk]
    request_for(older)
    request_for(completed)
    assert issuing.find_uncertified(completed_after=None, limit=10) == []


def test_completion_date_is_the_day_in_japan(completed):
    late = dt.datetime(2026, 3, 31, 15, 30, tzinfo=dt.UTC)
    Enrolment.objects.update(completed_at=late)
    certificate = request_for(completed, now=late)
    assert certificate.facts["completed_on"] == "2026-04-01"
    assert certificate.fiscal_year == 2026


@pytest.mark.parametrize(
    ("day", "year"), [(dt.date(2026, 3, 31), 2025), (dt.date(2026, 4, 1), 2026)]
)
def test_fiscal_year_begins_in_april(day, year):
    assert numbering.fiscal_year(day=day) == year


def test_revoking_keeps_the_row_and_happens_once(completed):
    certificate = request_for(completed)
    with pytest.raises(register.NotIssued):
        register.revoke_certificate(
            certificate_id=certificate.pk,
            reason_class=Certificate.RevocationClass.OTHER,
            reason="誤り",
            now=NOW,
        )
    production.issue_certificate(certificate_id=certificate.pk, now=NOW)
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass.OTHER,
        reason="誤り",
        now=NOW,
    )
    assert Certificate.objects.get().status == "revoked"
    assert issuing.find_uncertified(completed_after=None, limit=10) == []


def test_certificate_outlives_account_and_course(completed):
    request_for(completed)
    with pytest.raises(ProtectedError):
        completed.learner.user.delete()
    with pytest.raises(ProtectedError):
        completed.course.delete()
