import pytest

from certificates.domain.register import revoke_certificate
from certificates.models import Certificate
from tests import factories
from tests.certificates.issued import make_issued
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
    for typed in (revoked.number_text, f"修了証 {revoked.pk}", "修了証"):
        entries = list(find_entries(search=Search(subject=typed, action="certificate.revoke")))
        assert len(entries) == 1, typed
    [entry] = entries
    found = find_objects(entries=entries)["lms_certificates.certificate", str(revoked.pk)]
    assert name_object(entry=entry, found=found) == f"修了証 {revoked.number_text}"
    assert not find_entries(search=Search(subject="令和元年度第999号"))


def test_class_of_reason_is_said_in_words(revoked):
    [entry] = find_entries(search=Search(action="certificate.revoke"))
    details = write_details(entry=entry)
    assert str(Certificate.RevocationClass.MISCONDUCT.label) in details
    assert "misconduct" not in details
