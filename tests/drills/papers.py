"""Certificates for the drills of verification."""

from certificates.domain import issuing, production
from certificates.domain.codes import make_code
from certificates.domain.numbering import write_number
from certificates.models import Certificate
from tests import factories


def issue_one() -> Certificate:
    """With its signed PDF."""
    factories.make_certificate_template(issuer_name="発行 者")
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    made = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    production.issue_certificate(certificate_id=made.pk, now=factories.NOW)
    return Certificate.objects.get()


def copy_rows(certificate: Certificate, count: int) -> list[Certificate]:
    """More of them under numbers of their own, without the time that PDFs take."""
    rows = []
    for _ in range(count):
        row = Certificate.objects.get(pk=certificate.pk)
        row.supersedes = rows[-1] if rows else certificate
        row.pk, row.number, row.code = None, len(rows) + 2, make_code()
        number = write_number(symbol=row.symbol, year=row.fiscal_year, number=row.number)
        row.facts |= {"number": number, "code": row.code}
        row.save()
        rows.append(row)
    return rows


def read_file(certificate: Certificate) -> bytes:
    with certificate.file.open("rb") as file:
        return file.read()
