import pytest

from certificates.domain import issuing
from certificates.models import Certificate
from tests import factories


@pytest.fixture
def certificate(db):
    """An issued one of 髙橋 𠮷江, without the time that a real PDF takes."""
    factories.make_certificate_template(issuer_name="発行 者")
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    made = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    Certificate.objects.update(status="issued", issued_at=factories.NOW, sha256="0" * 64)
    return Certificate.objects.get(pk=made.pk)
