"""Each class of what is kept has a clock of its own."""

import datetime as dt
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from certificates.models import BulkVerification
from cms.models import User
from tests import factories
from training.domain import evidence, retention
from training.models import (
    AuditEntry,
    Evidence,
    ImportUpload,
    Invitation,
    InvitationUpload,
    Learner,
    OutgoingMail,
    RegistrationDraft,
    evidence_storage,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


def ago(days):
    return NOW - dt.timedelta(days=days)


def run(*, is_dry_run=False, now=NOW):
    outcomes = retention.run_retention(now=now, is_dry_run=is_dry_run)
    assert not [each for each in outcomes if each.problem]
    return {each.kept.name: each.count for each in outcomes if each.count}


def add_evidence(days, **fields):
    return evidence.add_evidence(
        affiliation=factories.AffiliationFactory(**fields),
        upload=ContentFile(b"%PDF-1"),
        name="a.pdf",
        now=ago(days),
    )


@pytest.mark.parametrize(
    ("moment", "years", "before"),
    [
        (dt.datetime(2026, 3, 31, 14, 59, tzinfo=dt.UTC), 3, "2022-04-01"),
        # Midnight in Tokyo: the fiscal year is over there, not in Greenwich.
        (dt.datetime(2026, 3, 31, 15, 0, tzinfo=dt.UTC), 3, "2023-04-01"),
        (NOW, 0, "2026-04-01"),
    ],
)
def test_fiscal_years_run_from_the_april_that_follows(moment, years, before):
    found = retention.run_out_before(period=years, in_fiscal_years=True, now=moment)
    assert found.isoformat() == f"{before}T00:00:00+09:00"


def test_evidence_goes_after_the_decision(django_capture_on_commit_callbacks):
    old = add_evidence(100, confirmed_at=ago(91))
    fresh = add_evidence(100, confirmed_at=ago(89))
    waiting = add_evidence(100)
    added_later = add_evidence(10, refused_at=ago(91))
    assert run(is_dry_run=True) == {"evidence": 1}
    assert evidence_storage().exists(old.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert run() == {"evidence": 1}
    assert not evidence_storage().exists(old.file.name)
    kept = Evidence.objects.filter(deleted_at=None)
    assert set(kept) == {fresh, waiting, added_later}
    assert AuditEntry.objects.get(action="retention.run").details == {"evidence": 1}
    assert run() == {}
    assert AuditEntry.objects.count() == 1


def test_every_other_class_has_its_clock():
    town, officer = factories.MunicipalityFactory(), factories.UserFactory(is_staff=True)
    for days in (91, 89):
        user = factories.UserFactory(is_staff=True)
        RegistrationDraft.objects.create(user=user, data={}, updated_at=ago(days))
    for days in (2, 0):
        for model in (ImportUpload, InvitationUpload):
            model.objects.create(user=officer, data=b"x", name="x", made_at=ago(days))
    for number, fields in enumerate(
        [
            {"withdrawn_at": ago(181)},
            {"expires_at": ago(181)},
            {"withdrawn_at": ago(1)},
            {},
        ]
    ):
        Invitation.objects.create(
            **{
                "local_government": town,
                "email": f"{number}@example.jp",
                "full_name": "髙橋",
                "category": "volunteer",
                "token_sha256": str(number),
                "invited_by": officer,
                "invited_at": ago(200),
                "sent_at": ago(200),
                "expires_at": ago(-1),
            }
            | fields
        )
    for number, fields in enumerate(
        [{"sent_at": ago(31)}, {"next_try_at": ago(0)}, {"problem": "given up"}]
    ):
        OutgoingMail.objects.create(
            key=str(number), to="a@example.jp", subject="s", body="b", created_at=ago(31), **fields
        )
    BulkVerification.objects.create(
        user=officer, file_name="x", upload="lists/x", created_at=ago(2), expires_at=ago(1)
    )
    Session.objects.create(session_key="a", session_data="", expire_date=ago(1))
    expected = {
        "registration_drafts": 1,
        "import_uploads": 1,
        "invitation_uploads": 1,
        "ended_invitations": 2,
        "mails": 2,
        "bulk_verifications": 1,
        "sessions": 1,
    }
    assert run(is_dry_run=True) == expected
    assert run() == expected
    assert run() == {}
    assert OutgoingMail.objects.get().next_try_at, "what is not sent yet waits"


def test_accounts_that_nobody_used_go_and_others_stay(learner):
    for fields in ({}, {"is_staff": True}, {"last_login": ago(10)}, {"date_joined": ago(10)}):
        factories.UserFactory(**{"date_joined": ago(400)} | fields)
    User.objects.filter(pk=learner.user_id).update(date_joined=ago(400))
    officer = factories.AppointmentFactory().user
    User.objects.filter(pk=officer.pk).update(date_joined=ago(400))
    before = User.objects.count()
    assert run() == {"accounts_without_learner": 1}
    assert User.objects.count() == before - 1


def test_an_account_that_the_log_names_is_anonymised(learner):
    user = factories.UserFactory(date_joined=ago(400))
    AuditEntry.objects.create(at=NOW, actor=user, action="data.export")
    assert run() == {"accounts_without_learner": 1}
    user.refresh_from_db()
    assert user.email == f"erased-{user.pk}@erased.invalid"
    assert run() == {}


def test_inactive_learners_are_erased_only_if_somebody_says_so(learner, settings):
    Learner.objects.update(registered_at=dt.datetime(2022, 5, 1, tzinfo=dt.UTC))
    assert run() == {}
    settings.TRAINING_RETENTION = {"inactive_learners": 3}
    assert run(now=dt.datetime(2026, 3, 31, 14, tzinfo=dt.UTC)) == {}
    assert run(now=dt.datetime(2026, 3, 31, 15, tzinfo=dt.UTC)) == {"inactive_learners": 1}
    learner.refresh_from_db()
    assert learner.full_name == ""


def test_whoever_came_back_is_not_inactive(learner, course, settings):
    settings.TRAINING_RETENTION = {"inactive_learners": 0}
    Learner.objects.update(registered_at=dt.datetime(2022, 5, 1, tzinfo=dt.UTC))
    User.objects.filter(pk=learner.user_id).update(last_login=NOW)
    assert "inactive_learners" not in run()
    User.objects.filter(pk=learner.user_id).update(last_login=None)
    factories.make_enrolment(learner=learner, course=course)
    assert "inactive_learners" not in run()


def test_a_class_that_fails_stops_no_other(monkeypatch, settings):
    settings.TRAINING_RETENTION = {"sessions": None}

    def fail(*, pks):
        raise OSError("the disk")

    monkeypatch.setattr(retention, "delete_drafts", fail)
    OutgoingMail.objects.create(
        key="1", to="a@example.jp", subject="s", body="b", created_at=ago(31)
    )
    out = StringIO()
    with pytest.raises(CommandError, match="log"):
        call_command("retention", stdout=out)
    lines = dict(line.strip().split(": ", 1) for line in out.getvalue().splitlines()[1:])
    assert lines["registration_drafts"].startswith("OSError")
    assert lines["mails"].startswith("1 ")
    assert lines["sessions"] == lines["inactive_learners"] == "kept for ever"


def test_the_nightly_task_does_the_same(learner):
    from cms.tasks import run_nightly_retention

    Session.objects.create(session_key="a", session_data="", expire_date=ago(1000))
    run_nightly_retention()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("periods", "told"),
    [({"evidense": 30}, "no such class: evidense"), ({"mails": -3}, "mails cannot be kept -3")],
)
def test_wrong_periods_delete_nothing(settings, periods, told):
    settings.TRAINING_RETENTION = periods
    upload = add_evidence(2000)
    with pytest.raises(CommandError, match=told):
        call_command("retention", stdout=StringIO())
    upload.refresh_from_db()
    assert upload.deleted_at is None
