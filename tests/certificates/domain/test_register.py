import datetime as dt
import json

import pytest
from django.db import connection
from django.db.models import ProtectedError

from certificates.domain import audit, chain, corrections, production, register
from certificates.domain.validity import last_valid_day
from certificates.models import Certificate, RegisterEntry, certificate_storage
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW
TODAY = dt.date(2026, 11, 23)


def verify():
    head = chain.Head()
    return list(audit.verify_register(head=head)), head


def alter(sql, *values):
    """As somebody with a database client would."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def revoke(certificate, **more):
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass.MISCONDUCT,
        reason="内部の事情",
        now=NOW,
        **more,
    )


def correct(certificate, actor, name="髙橋 花子"):
    asked = corrections.request_correction(
        certificate_id=certificate.pk,
        full_name=name,
        kana="タカハシ ハナコ",
        former_name="",
        reason="結婚しました。",
        today=TODAY,
        now=NOW,
    )
    return corrections.approve_correction(
        correction_id=asked.pk, actor_id=actor.pk, note="", today=TODAY, now=NOW
    )


def test_an_issue_is_one_entry_that_names_nobody(issue):
    certificate = issue(full_name="唯一 無二")
    entry = RegisterEntry.objects.get()
    assert (entry.sequence, entry.event, entry.previous_hash) == (1, "issued", chain.GENESIS)
    assert entry.content["number"] == certificate.number_text
    assert entry.content["file_sha256"] == certificate.sha256
    text = json.dumps(entry.content, ensure_ascii=False)
    assert "唯一" not in text
    assert certificate.code not in text.replace("-", "")


def test_three_entries_are_a_chain_that_verifies(issue):
    certificates = [issue() for _ in range(3)]
    found, head = verify()
    assert found == []
    assert head.count == len(certificates) == 3
    assert head.hash == RegisterEntry.objects.get(sequence=3).hash


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE lms_certificates_registerentry SET hash = 'f' WHERE sequence = 2", "altered"),
        ("UPDATE lms_certificates_registerentry SET at = '2020-01-01' WHERE sequence = 2", "at"),
        ("UPDATE lms_certificates_registerentry SET sequence = 9 WHERE sequence = 3", "missing"),
        ("DELETE FROM lms_certificates_registerentry WHERE sequence = 2", "missing"),
        ("DELETE FROM lms_certificates_registerentry WHERE sequence = 3", "without its register"),
        ("UPDATE lms_certificates_certificate SET sha256 = 'f' WHERE number = 1", "file_sha256"),
        ('UPDATE lms_certificates_certificate SET facts = \'{"number": "x"}\'', "facts_sha256"),
        (
            "UPDATE lms_certificates_certificate SET status = 'revoked' WHERE number = 1",
            "revoked without",
        ),
    ],
)
def test_what_was_tampered_with_is_told(issue, sql, said):
    for _ in range(3):
        issue()
    alter(sql)
    found, _head = verify()
    assert [line for line in found if said in line], found


def test_a_file_that_was_replaced_or_lost_is_told(issue):
    first, second = issue(), issue()
    storage = certificate_storage()
    with open(storage.path(first.file.name), "ab") as file:
        file.write(b" ")
    storage.delete(second.file.name)
    found, _head = verify()
    assert [line for line in found if first.number_text in line]
    assert [line for line in found if second.number_text in line]


def test_entries_are_neither_changed_nor_deleted(issue):
    issue()
    entry = RegisterEntry.objects.get()
    for act in (entry.save, entry.delete, RegisterEntry.objects.all().delete):
        with pytest.raises(TypeError):
            act()
    with pytest.raises(TypeError):
        RegisterEntry.objects.update(event="revoked")
    with pytest.raises(ProtectedError):
        Certificate.objects.all().delete()


def test_revocation_is_entered_with_class_and_actor_but_not_with_its_reason(issue):
    certificate, officer = issue(), factories.UserFactory()
    revoke(certificate, actor_id=officer.pk)
    certificate.refresh_from_db()
    assert certificate.revocation_class == "misconduct"
    content = RegisterEntry.objects.get(sequence=2).content
    assert (content["reason_class"], content["actor"]) == ("misconduct", officer.pk)
    assert "内部" not in json.dumps(content, ensure_ascii=False)
    with pytest.raises(register.NotIssued):
        revoke(certificate)
    assert RegisterEntry.objects.count() == 2


def test_old_certificate_is_valid_until_the_new_one_is_printed(issue):
    old = issue()
    new = correct(old, factories.UserFactory())
    assert (Certificate.objects.get(pk=old.pk).status, new.status) == ("issued", "pending")
    assert production.issue_certificate(certificate_id=new.pk, now=NOW)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status) == ("superseded", "issued")
    events = list(RegisterEntry.objects.values_list("sequence", "certificate", "event"))
    assert events == [
        (1, old.pk, "issued"),
        (2, new.pk, "issued"),
        (3, old.pk, "superseded"),
    ]
    assert verify()[0] == []


def test_the_new_one_says_the_same_but_for_name_number_and_code(issue):
    old = issue()
    new = correct(old, factories.UserFactory())
    differing = {name for name in old.facts if old.facts[name] != new.facts[name]}
    assert differing == {"full_name", "number", "code", "verify_url"}
    assert new.facts["full_name"] == "髙橋 花子"
    assert old.enrolment.learner.__class__.objects.get().full_name == "髙橋 花子"
    assert Certificate.objects.get(pk=old.pk).facts == old.facts


def test_revoking_the_old_one_ends_the_one_that_was_to_replace_it(
    issue, django_capture_on_commit_callbacks
):
    old = issue()
    new = correct(old, factories.UserFactory())
    with django_capture_on_commit_callbacks(execute=True):
        revoke(old)
    assert not production.issue_certificate(certificate_id=new.pk, now=NOW)
    assert set(Certificate.objects.values_list("status", flat=True)) == {"revoked"}
    assert verify()[0] == []


def test_nothing_replaces_what_was_revoked_meanwhile(issue):
    """The worker printed already; the revocation comes before its last step."""
    old = issue()
    new = correct(old, factories.UserFactory())
    Certificate.objects.filter(pk=old.pk).update(status="revoked")
    Certificate.objects.filter(pk=new.pk).update(sha256="a" * 64)
    name = production.store_file(content=b"%PDF new", sha256="a" * 64)
    assert not register.record_issue(certificate_id=new.pk, file=name, sha256="a" * 64, now=NOW)
    assert Certificate.objects.get(pk=new.pk).status == "pending"
    assert RegisterEntry.objects.count() == 1


def test_one_request_at_a_time_and_one_decision(issue):
    certificate, officer = issue(), factories.UserFactory()
    asked = {"full_name": "新しい 名", "kana": "アタラシイ ナ", "former_name": "", "reason": "r"}
    asked |= {"today": TODAY, "now": NOW}
    first = corrections.request_correction(certificate_id=certificate.pk, **asked)
    with pytest.raises(corrections.AlreadyWaiting):
        corrections.request_correction(certificate_id=certificate.pk, **asked)
    decision = {"correction_id": first.pk, "actor_id": officer.pk, "note": "", "now": NOW}
    corrections.approve_correction(today=TODAY, **decision)
    with pytest.raises(corrections.AlreadyDecided):
        corrections.approve_correction(today=TODAY, **decision)
    with pytest.raises(corrections.AlreadyDecided):
        corrections.refuse_correction(**decision)
    # While the new one is being prepared, nothing else can replace the old.
    with pytest.raises(corrections.NotCorrectable):
        corrections.request_correction(certificate_id=certificate.pk, **asked)
    assert Certificate.objects.count() == 2


def test_a_revoked_certificate_is_not_corrected_but_the_request_can_be_refused(issue):
    certificate, officer = issue(), factories.UserFactory()
    asked = corrections.request_correction(
        certificate_id=certificate.pk,
        full_name="新しい 名",
        kana="アタラシイ ナ",
        former_name="",
        reason="r",
        today=TODAY,
        now=NOW,
    )
    revoke(certificate)
    decision = {"correction_id": asked.pk, "actor_id": officer.pk, "note": "失効", "now": NOW}
    with pytest.raises(corrections.NotCorrectable):
        corrections.approve_correction(today=TODAY, **decision)
    asked.refresh_from_db()
    assert asked.decision == "waiting"
    corrections.refuse_correction(**decision)
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        ("2026-11-23", 36, "2029-11-23"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-30", 1, "2026-02-28"),
        ("2027-02-28", 12, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-03-31", 12, "2027-03-31"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-12-30", 2, "2027-02-28"),
    ],
)
def test_last_valid_day(issued, months, last):
    day = last_valid_day(issued_on=dt.date.fromisoformat(issued), months=months)
    assert day.isoformat() == last


def test_validity_and_hours_come_from_the_template(issue):
    template = issue().template
    template.validity_months, template.study_hours = 12, 2.5
    template.save()
    certificate = issue()
    assert certificate.expires_on == dt.date(2027, 11, 23)
    assert certificate.facts["expires_on"] == "2027-11-23"
    assert certificate.facts["study_minutes"] == 150
    new = correct(certificate, factories.UserFactory())
    assert new.expires_on == certificate.expires_on


def test_number_outlives_user_page_and_template(issue):
    certificate = issue()
    enrolment = certificate.enrolment
    for row in (enrolment.learner.user, enrolment.course, certificate.template, enrolment):
        with pytest.raises(ProtectedError):
            row.delete()
    # Erasing a person detaches the account: the certificate stays.
    user = enrolment.learner.user
    enrolment.learner.user = None
    enrolment.learner.save()
    user.delete()
    assert Certificate.objects.get().facts == certificate.facts


def test_officer_who_decided_cannot_be_deleted(issue):
    certificate, officer = issue(), factories.UserFactory()
    new = correct(certificate, officer)
    production.issue_certificate(certificate_id=new.pk, now=NOW)
    with pytest.raises(ProtectedError):
        officer.delete()
    assert certificate.corrections.get().decision == "approved"
    assert verify()[0] == []
