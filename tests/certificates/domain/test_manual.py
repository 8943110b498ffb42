"""Issuing by hand: one proposes, another approves."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from certificates.domain import issuing, manual
from certificates.domain.manual import (
    AlreadyCertified,
    AlreadyDecided,
    AlreadyProposed,
    OwnCertificate,
    SamePerson,
    approve_issue,
    propose_issue,
    refuse_issue,
)
from certificates.models import Certificate, ManualIssue
from tests import factories
from training.domain.completion import read_decision
from training.models import AuditEntry, Enrolment

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 1)


@pytest.fixture
def cast(course, learner):
    factories.make_certificate_template()
    return course, learner, factories.UserFactory(), factories.UserFactory()


def propose(cast, *, completed_on=DAY):
    course, learner, proposer, _approver = cast
    return propose_issue(
        learner=learner,
        course=course,
        completed_on=completed_on,
        reason="研修会の出席簿 第3号",
        actor=proposer,
        now=NOW,
    )


def approve(cast, issue):
    return approve_issue(issue_id=issue.pk, actor=cast[3], note="見ました", now=NOW)


def test_second_officer_issues_what_the_first_proposed(cast):
    course, learner, proposer, approver = cast
    certificate = approve(cast, propose(cast))
    assert certificate.status == "pending"
    assert certificate.facts["completed_on"] == "2026-10-01"
    assert certificate.facts["full_name"] == learner.full_name
    enrolment = Enrolment.objects.get()
    assert (enrolment.learner, enrolment.course) == (learner, course)
    assert enrolment.recorded_by_hand
    decision = read_decision(enrolment=enrolment)
    assert decision.is_complete
    assert decision.met_count == 0
    issue = ManualIssue.objects.get()
    assert (issue.decided_by, issue.certificate) == (approver, certificate)
    entries = AuditEntry.objects.order_by("pk").values_list("action", "actor")
    assert list(entries) == [
        ("certificate.propose", proposer.pk),
        ("certificate.issue_by_hand", approver.pk),
    ]


def test_nobody_does_both(cast):
    issue = propose(cast)
    with pytest.raises(SamePerson):
        approve_issue(issue_id=issue.pk, actor=cast[2], note="", now=NOW)
    assert not Enrolment.objects.exists()
    assert not Certificate.objects.exists()


def test_nobody_approves_a_certificate_of_their_own(cast):
    course, learner, proposer, _approver = cast
    issue = propose(cast)
    with pytest.raises(OwnCertificate):
        approve((course, learner, proposer, learner.user), issue)
    assert not Certificate.objects.exists()


def test_database_holds_that_they_are_two(cast):
    certificate = approve(cast, propose(cast))
    issue = ManualIssue.objects.filter(certificate=certificate)
    for wrong in ({"decided_by": cast[2]}, {"decided_by": None}, {"certificate": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            issue.update(**wrong)


def test_certificate_is_there_once(cast):
    issue = propose(cast)
    with pytest.raises(AlreadyProposed):
        propose(cast)
    approve(cast, issue)
    with pytest.raises(AlreadyDecided):
        approve(cast, issue)
    with pytest.raises(AlreadyCertified):
        propose(cast)
    assert Certificate.objects.count() == 1


def test_day_that_lies_ahead_is_refused(cast):
    with pytest.raises(manual.NotYet):
        propose(cast, completed_on=dt.date(2026, 11, 25))


def test_completion_without_its_certificate_gets_it(cast):
    course, learner, *_others = cast
    at = dt.datetime(2026, 9, 30, 15, 30, tzinfo=dt.UTC)
    done = factories.make_enrolment(learner=learner, course=course, completed_at=at)
    certificate = approve(cast, propose(cast))
    assert certificate.enrolment == done
    assert not Enrolment.objects.get().recorded_by_hand


def test_open_enrolment_of_that_time_is_completed_and_a_later_one_is_left(cast):
    course, learner, *_others = cast
    enrolment = factories.make_enrolment(learner=learner, course=course)
    Enrolment.objects.update(enrolled_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
    assert approve(cast, propose(cast)).enrolment == enrolment
    later = factories.make_enrolment(learner=learner, course=course)
    assert approve(cast, propose(cast, completed_on=dt.date(2026, 10, 2))).enrolment != later
    later.refresh_from_db()
    assert later.completed_at is None


def test_what_was_issued_in_error_may_be_issued_rightly(cast):
    first = approve(cast, propose(cast))
    Certificate.objects.filter(pk=first.pk).update(status="revoked")
    second = approve(cast, propose(cast))
    assert second != first
    assert second.status == "pending"


def test_nothing_is_left_where_there_is_no_template(course, learner):
    cast = (course, learner, factories.UserFactory(), factories.UserFactory())
    issue = propose(cast)
    with pytest.raises(issuing.NoTemplate):
        approve(cast, issue)
    assert not Enrolment.objects.exists()
    assert ManualIssue.objects.get().decision == "waiting"


def test_proposer_takes_back(cast):
    issue = propose(cast)
    refuse_issue(issue_id=issue.pk, actor=cast[2], note="誤り", now=NOW)
    assert ManualIssue.objects.get().decision == "refused"
    with pytest.raises(AlreadyDecided):
        approve(cast, issue)
    assert AuditEntry.objects.last().reason == "誤り"
    propose(cast)
