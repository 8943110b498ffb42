"""Holders are told once, in the transaction of what they are told."""

import datetime as dt

import pytest

from certificates.domain import corrections, production, register
from certificates.models import Certificate
from tests import factories
from training.models import Learner, OutgoingMail

pytestmark = pytest.mark.django_db
NOW = factories.NOW
TODAY = dt.date(2026, 11, 23)


def ask(certificate):
    return corrections.request_correction(
        certificate_id=certificate.pk,
        full_name="鈴木 花子",
        kana="スズキ ハナコ",
        former_name="",
        reason="結婚しました。",
        today=TODAY,
        now=NOW,
    )


def decision_of(asked, **more):
    actor = factories.UserFactory()
    return {"correction_id": asked.pk, "actor_id": actor.pk, "note": "", "now": NOW} | more


def test_issue_is_told_once_with_a_link_and_without_a_name(issue):
    certificate = issue()
    mail = OutgoingMail.objects.get()
    assert mail.to == certificate.enrolment.learner.user.email
    assert f"/certificates/{certificate.pk}/" in mail.body
    assert certificate.holder not in mail.subject + mail.body
    assert mail.subject
    production.issue_certificate(certificate_id=certificate.pk, now=NOW)
    assert OutgoingMail.objects.count() == 1


def test_what_is_not_issued_is_not_told(issue, monkeypatch):
    def fail(**_):
        raise OSError

    monkeypatch.setattr(register, "append_entry", fail)
    with pytest.raises(OSError):  # noqa: PT011 the very one
        issue()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "make_user",
    [
        lambda: None,
        lambda: factories.UserFactory(email=""),
        lambda: factories.UserFactory(is_active=False),
    ],
    ids=["no account", "no address", "not active"],
)
def test_holder_without_an_address_gets_none_and_the_certificate_all_the_same(issue, make_user):
    assert issue(user=make_user()).status == "issued"
    assert not OutgoingMail.objects.exists()


def test_refusal_is_told_with_its_note(issue):
    certificate = issue()
    asked = ask(certificate)
    corrections.refuse_correction(**decision_of(asked, note="写しを <お送り> ください。"))
    mail = OutgoingMail.objects.get(key=f"name-correction-{asked.pk}")
    assert "写しを <お送り> ください。" in mail.body
    assert f"/certificates/{certificate.pk}/" in mail.body
    assert "鈴木" not in mail.subject


def test_approval_and_the_new_certificate_are_told_apart(issue):
    asked = ask(issue())
    new = corrections.approve_correction(today=TODAY, **decision_of(asked))
    production.issue_certificate(certificate_id=new.pk, now=NOW)
    told = OutgoingMail.objects.exclude(key__endswith=f"ready-{asked.certificate_id}")
    keys = {f"name-correction-{asked.pk}", f"certificate-ready-{new.pk}"}
    assert {mail.key for mail in told} == keys
    assert len({mail.subject for mail in OutgoingMail.objects.all()}) == 3


def test_approval_that_did_not_happen_is_not_told(issue):
    asked = ask(issue())
    Certificate.objects.update(status="revoked", revoked_at=NOW)
    with pytest.raises(corrections.NotCorrectable):
        corrections.approve_correction(today=TODAY, **decision_of(asked))
    assert not OutgoingMail.objects.filter(key__startswith="name-correction").exists()


def test_name_of_somebody_erased_does_not_come_back(issue):
    asked = ask(issue())
    Learner.objects.update(full_name="", kana="", erased_at=NOW)
    with pytest.raises(corrections.NotCorrectable):
        corrections.approve_correction(today=TODAY, **decision_of(asked))
    assert Learner.objects.get().full_name == ""
