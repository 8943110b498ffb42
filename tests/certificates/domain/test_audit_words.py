import pytest
from django.contrib.auth.models import Group

from certificates.domain.register import revoke_certificate
from certificates.models import Certificate
from tests import factories
from tests.certificates.issued import make_issued
from training.domain.audit import record_audit
from training.domain.audit_log import Search, find_entries
from training.domain.audit_words import find_objects, name_object, write_details

pytestmark = pytest.mark.django_db


@pytest.fixture
def revoked():
    certificate = make_issued()
    revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass.MISCONDUCT,
        reason="不正が見つかったため",
        now=factories.NOW,
    )
    return certificate


def test_revocation_is_found_by_the_number_on_the_paper(revoked):
    listed = f"修了証 {revoked.number_text}"
    for typed in (revoked.number_text, listed, f"修了証 {revoked.pk}", "修了証"):
        entries = list(find_entries(search=Search(subject=typed, action="certificate.revoke")))
        assert len(entries) == 1, typed
    [entry] = entries
    found = find_objects(entries=entries)["lms_certificates.certificate", str(revoked.pk)]
    assert name_object(entry=entry, found=found) == f"修了証 {revoked.number_text}"
    assert not find_entries(search=Search(subject="令和元年度第999号"))


def test_group_and_body_are_found_by_what_the_log_lists():
    group = Group.objects.create(name="見本の人")
    town = factories.MunicipalityFactory(name="中山町", prefecture__name="山形県")
    entry = record_audit(
        action="rights.change", actor=None, at=factories.NOW, subject=group, local_government=town
    )
    [found] = find_entries(search=Search(action="rights.change", body="山形県中山町"))
    assert found == entry
    listed = name_object(entry=entry, found=group)
    assert listed.endswith(" 見本の人")
    assert entry in find_entries(search=Search(subject=listed))
    assert not find_entries(search=Search(subject=f"{listed}々"))


def test_class_of_reason_is_said_in_words(revoked):
    [entry] = find_entries(search=Search(action="certificate.revoke"))
    details = write_details(entry=entry)
    assert str(Certificate.RevocationClass.MISCONDUCT.label) in details
    assert "misconduct" not in details
