"""Two signatures are never the same bytes: what a killed worker left must be found, not doubled."""

import datetime as dt
import hashlib
import io
import json

import pikepdf
import pytest

from certificates.domain import issuing, keys, production
from certificates.models import Certificate, certificate_storage
from certificates.signing.judging import judge_pdf
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def waiting():
    factories.make_certificate_template()
    enrolment = factories.make_enrolment(completed_at=NOW)
    return issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)


def stored(archive):
    return sorted(path.stem for path in archive.rglob("*.pdf"))


def die(*_, **__):
    raise RuntimeError("killed")


def read(certificate):
    with certificate_storage().open(certificate.file.name) as file:
        return file.read()


def test_issued_file_is_signed_and_holds_the_signed_credential(waiting):
    assert production.issue_certificate(certificate_id=waiting.pk, now=NOW)
    waiting.refresh_from_db()
    content = read(waiting)
    judgement = judge_pdf(content, certificates=keys.trusted_certificates())
    assert keys.find_key(fingerprint=judgement.fingerprint) == waiting.signing_key
    with pikepdf.open(io.BytesIO(content)) as pdf:
        credential = json.loads(pdf.attachments["credential.json"].get_file().read_bytes())
        assert len(pdf.Root.AF) == 1
    assert credential["proof"]["verificationMethod"].endswith(f"#{waiting.credential_key.name}")


def test_file_of_a_worker_killed_after_storing_it_is_the_certificate(waiting, archive, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(production, "record_issue", die)
        with pytest.raises(RuntimeError):
            production.issue_certificate(certificate_id=waiting.pk, now=NOW)
    (left,) = stored(archive)
    monkeypatch.setattr(production, "render_pdf", die)
    assert production.issue_certificate(certificate_id=waiting.pk, now=LATER)
    assert Certificate.objects.get().sha256 == left
    assert stored(archive) == [left]


def test_worker_killed_before_storing_leaves_nothing_behind(waiting, archive, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(production, "store_file", die)
        with pytest.raises(RuntimeError):
            production.issue_certificate(certificate_id=waiting.pk, now=NOW)
    before = Certificate.objects.get().sha256
    assert production.issue_certificate(certificate_id=waiting.pk, now=LATER)
    certificate = Certificate.objects.get()
    assert certificate.sha256 != before
    assert stored(archive) == [certificate.sha256]
    assert hashlib.sha256(read(certificate)).hexdigest() == certificate.sha256


def test_slow_worker_whose_lease_ran_out_stores_nothing(waiting, archive, monkeypatch):
    """Another one takes the certificate up while this one renders."""
    render = production.render_pdf

    def be_slow(facts, **more):
        monkeypatch.setattr(production, "render_pdf", render)
        assert production.issue_certificate(certificate_id=waiting.pk, now=LATER)
        return render(facts, **more)

    monkeypatch.setattr(production, "render_pdf", be_slow)
    assert not production.issue_certificate(certificate_id=waiting.pk, now=NOW)
    assert stored(archive) == [Certificate.objects.get().sha256]
    assert Certificate.objects.get().issued_at == LATER
