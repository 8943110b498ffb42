import datetime as dt

import pytest
from django.db import connection

from certificates.conf import key_folder
from certificates.domain import (
    archive,
    audit,
    chain,
    issuing,
    keys,
    production,
    recovery,
    register,
)
from certificates.models import Certificate, NumberSeries, RegisterEntry, SigningKey
from tests import factories
from training.models import Enrolment

pytestmark = pytest.mark.django_db
NOW = factories.NOW
LATER = NOW + dt.timedelta(hours=1)


def forget(*certificates, people=False):
    """The database as it was before these were issued."""
    enrolments = [each.enrolment for each in certificates]
    learners = [each.learner for each in enrolments]
    with connection.cursor() as cursor:
        for each in certificates:
            cursor.execute(
                "DELETE FROM lms_certificates_registerentry WHERE certificate_id = %s", [each.pk]
            )
            cursor.execute("DELETE FROM lms_certificates_certificate WHERE id = %s", [each.pk])
    last = Certificate.objects.order_by("-number").values_list("number", flat=True).first()
    NumberSeries.objects.update(last_number=last or 0)
    if people:
        for each in [*enrolments, *learners]:
            each.__class__.objects.filter(pk=each.pk).delete()


def problems():
    return list(audit.verify_register(head=chain.Head()))


def complete():
    course = Enrolment.objects.first().course
    return factories.make_enrolment(
        learner=factories.LearnerFactory(), course=course, completed_at=NOW
    )


def test_recovery_with_nothing_to_do_does_nothing(issue):
    issue()
    before = list(Certificate.objects.values())
    assert recovery.recover(now=NOW) == recovery.Recovery()
    assert list(Certificate.objects.values()) == before


def test_a_printed_number_is_not_given_again(issue):
    issue()
    forget(lost := issue())
    new = issuing.request_certificate(enrolment_id=complete().pk, now=NOW)
    assert new.number == lost.number
    with pytest.raises(archive.NumberTaken, match="register recover"):
        production.issue_certificate(certificate_id=new.pk, now=NOW)
    new.refresh_from_db()
    assert (new.status, new.file.name) == ("pending", "")


def test_lost_rows_come_back_as_they_were_and_pending_ones_move_on(issue):
    issue()
    lost = [issue(), issue()]
    forget(*lost)
    pending = issuing.request_certificate(enrolment_id=complete().pk, now=NOW)
    done = recovery.recover(now=LATER)
    assert done.rebuilt == [each.number_text for each in lost]
    for each in lost:
        again = Certificate.objects.get(code=each.code)
        for field in ("number", "facts", "sha256", "status", "issued_at", "enrolment_id", "pk"):
            assert getattr(again, field) == getattr(each, field), field
    pending = Certificate.objects.get(code=pending.code)
    assert pending.number_text == "令和8年度 第000004号"
    assert production.issue_certificate(certificate_id=pending.pk, now=LATER)
    assert problems() == []
    assert recovery.recover(now=LATER) == recovery.Recovery()


def test_learner_who_registered_after_the_backup_comes_back_without_account(issue):
    issue()
    lost = issue(full_name="復元 太郎")
    forget(lost, people=True)
    assert recovery.recover(now=LATER).rebuilt == [lost.number_text]
    again = Certificate.objects.get(code=lost.code)
    assert again.enrolment.learner.full_name == "復元 太郎"
    assert again.enrolment.learner.user is None
    assert again.enrolment.completed_at == NOW
    assert problems() == []


def test_an_id_that_somebody_else_has_now_is_not_mistaken(issue):
    issue()
    lost = issue(full_name="復元 太郎")
    enrolment = lost.enrolment
    forget(lost, people=True)
    other = factories.LearnerFactory(
        pk=enrolment.learner_id, full_name="別の 人", registered_at=LATER
    )
    Enrolment.objects.create(
        pk=lost.enrolment_id,
        learner=other,
        course=enrolment.course,
        version=enrolment.version,
        enrolled_at=LATER,
    )
    recovery.recover(now=LATER)
    assert Certificate.objects.get(code=lost.code).enrolment.learner.full_name == "復元 太郎"


def test_a_completion_requested_again_becomes_the_printed_certificate(issue):
    issue()
    first, second = issue(), issue()
    forget(first, second)
    # In the other order than before.
    for each in (second, first):
        issuing.request_certificate(enrolment_id=each.enrolment_id, now=LATER)
    recovery.recover(now=LATER)
    numbers = dict(Certificate.objects.values_list("code", "number"))
    assert (numbers[first.code], numbers[second.code]) == (2, 3)
    assert Certificate.objects.count() == 3
    assert NumberSeries.objects.get().last_number == 3
    assert problems() == []


def test_a_completion_certified_twice_keeps_both_papers(issue):
    """Issued again under a number that was free, before anybody ran the recovery."""
    issue()
    lost = issue()
    forget(lost)
    NumberSeries.objects.update(last_number=2)
    again = issue(lost.enrolment, now=LATER)
    assert again.number == 3
    recovery.recover(now=LATER)
    lost_again = Certificate.objects.get(code=lost.code)
    assert lost_again.status == "superseded"
    assert lost_again.superseded_by == again
    assert problems() == []


def test_revocation_after_the_backup_is_not_forgotten(issue, django_capture_on_commit_callbacks):
    certificate = issue()
    with django_capture_on_commit_callbacks(execute=True):
        register.revoke_certificate(
            certificate_id=certificate.pk,
            reason_class=Certificate.RevocationClass.MISCONDUCT,
            reason="内部の事情",
            now=NOW,
        )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lms_certificates_registerentry WHERE event = 'revoked'")
    Certificate.objects.update(status="issued", revoked_at=None, revocation_class="")
    assert [line for line in problems() if "revoked in the archive" in line]
    assert recovery.recover(now=LATER).revoked == [certificate.number_text]
    certificate.refresh_from_db()
    assert (certificate.status, certificate.revoked_at) == ("revoked", NOW)
    assert (certificate.revocation_class, certificate.revocation_reason) == (
        "misconduct",
        "内部の事情",
    )


def test_a_certificate_printed_before_the_restore_is_not_printed_again(issue, monkeypatch):
    """The backup has the row still pending: the file that the holder may have is the one."""
    certificate = issue()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lms_certificates_registerentry")
    Certificate.objects.update(status="pending", file="", sha256="", issued_at=None)

    def refuse(*_args, **_more):
        raise AssertionError

    monkeypatch.setattr(production, "render_pdf", refuse)
    assert production.issue_certificate(certificate_id=certificate.pk, now=LATER)
    assert Certificate.objects.get().sha256 == certificate.sha256
    assert problems() == []


def test_what_cannot_be_rebuilt_is_said_and_its_number_stays_taken(issue):
    issue()
    lost = issue()
    forget(lost)
    archive.certificate_storage().delete(lost.file.name)
    done = recovery.recover(now=LATER)
    assert done.rebuilt == []
    assert lost.number_text in done.problems[0]
    assert issue().number == lost.number + 1


def test_certificates_older_than_register_and_archive_are_taken_up(issue, archive):
    certificate = issue()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lms_certificates_registerentry")
    for marker in (archive / "numbers").rglob("1"):
        marker.unlink()
    assert len(problems()) == 2
    done = recovery.recover(now=LATER)
    assert (done.entered, done.marked) == ([certificate.number_text],) * 2
    assert problems() == []
    assert RegisterEntry.objects.get().content["recovered"] is True


@pytest.mark.parametrize("symbol", ["総情活", "..", "_", "a/b", "Ａ．"])
def test_every_symbol_has_a_folder_of_its_own(issue, symbol):
    template = issue().template
    template.number_symbol = symbol
    template.save()
    certificate = issue()
    assert certificate.number == 1
    assert len(list(archive.list_markers())) == 2
    assert archive.read_marker(certificate=certificate).code == certificate.code


@pytest.fixture
def rotated(issue, settings, tmp_path):
    """A certificate signed with keys that are younger than the backup."""
    issue()
    settings.CERTIFICATES_KEY_FOLDER = tmp_path / "keys"
    before = list(SigningKey.objects.all())
    for purpose in keys.Purpose.values:
        keys.rotate_key(purpose=purpose, now=NOW)
    lost = issue()
    assert lost.signing_key.name != lost.credential_key.name
    forget(lost)
    made = list(SigningKey.objects.exclude(pk__in=[key.pk for key in before]))
    SigningKey.objects.filter(pk__in=[key.pk for key in made]).delete()
    SigningKey.objects.update(retired_at=None)
    return lost, made


def test_keys_made_after_the_backup_come_back_retired(rotated):
    lost, made = rotated
    done = recovery.recover(now=LATER)
    assert sorted(done.keys) == sorted(key.name for key in made)
    assert done.problems == []
    row = Certificate.objects.get(code=lost.code)
    assert row.signing_key.name == lost.signing_key.name
    assert row.credential_key.public == lost.credential_key.public
    assert row.signing_key.retired_at == LATER
    assert row.signing_key.public in keys.trusted_certificates()
    assert recovery.recover(now=LATER) == recovery.Recovery()


def test_a_key_that_nobody_knows_any_more_is_named(rotated):
    lost, _made = rotated
    archive.certificate_storage().delete(f"keys/{lost.signing_key.name}.json")
    (problem,) = recovery.recover(now=LATER).problems
    assert lost.number_text in problem
    assert lost.signing_key.name in problem


def test_a_key_revoked_after_the_backup_is_not_trusted_again(issue):
    key = issue().signing_key
    keys.revoke_key(name=key.name, reason="紛失", now=NOW)
    SigningKey.objects.update(revoked_at=None, revocation_reason="")
    assert recovery.recover(now=LATER).keys == [key.name]
    key.refresh_from_db()
    assert (key.revoked_at, key.revocation_reason) == (NOW, "紛失")
    assert keys.trusted_certificates() == []


def test_the_name_of_a_key_that_the_archive_knows_is_not_given_again(rotated):
    _lost, made = rotated
    for path in key_folder().iterdir():
        path.unlink()
    again = keys.rotate_key(purpose="document", now=NOW).key
    assert again.name not in {key.name for key in made}


def test_a_replacement_without_its_entry_is_entered(issue):
    old, new = issue(), issue()
    Certificate.objects.filter(pk=new.pk).update(supersedes=old)
    Certificate.objects.filter(pk=old.pk).update(status="superseded")
    assert recovery.recover(now=LATER).entered == [old.number_text]
    assert problems() == []
