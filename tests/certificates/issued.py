"""An issued certificate of 髙橋 𠮷江, no specimen, without the time that a real PDF takes."""

from certificates.domain import issuing
from certificates.models import Certificate
from tests import factories

SHA256 = "ab" * 32


def make_issued(**fields):
    factories.make_certificate_template(issuer_name="発行 者")
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    made = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    issued = {"status": "issued", "issued_at": factories.NOW, "sha256": SHA256}
    Certificate.objects.filter(pk=made.pk).update(**issued | fields)
    return Certificate.objects.get(pk=made.pk)
