"""Two signatures are never the same bytes: what a killed worker left must be found, not doubled."""

import datetime as dt
import hashlib
import io
import json

import pikepdf
import pytest

from certificates.domain import archive as markers
from certificates.domain import audit, chain, issuing, keys, production, register
from certificates.domain.archive import Marker, read_marker
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


def assert_agreed(archive):
    certificate = Certificate.objects.get()
    assert stored(archive) == [certificate.sha256]
    assert read_marker(certificate=certificate) == Marker.of(certificate)
    assert list(audit.verify_register(head=chain.Head())) == []


def test_slow_one_that_was_about_to_write_over_the_marker(waiting, archive, monkeypatch):
    """A stored its file and stalls; B makes another one and comes as far as A does; A issues."""
    store = production.store_file
    kept = []

    def stall(**given):
        monkeypatch.setattr(production, "store_file", store)
        monkeypatch.setattr(production, "record_issue", lambda **made: kept.append(made))
        # B's, whose last step is held back.
        production.issue_certificate(certificate_id=waiting.pk, now=LATER)
        monkeypatch.setattr(production, "record_issue", register.record_issue)
        return store(**given)

    monkeypatch.setattr(production, "store_file", stall)
    production.issue_certificate(certificate_id=waiting.pk, now=NOW)
    (late,) = kept
    register.record_issue(**late)
    certificate = Certificate.objects.get()
    assert certificate.status == "issued"
    assert read_marker(certificate=certificate) == Marker.of(certificate)
    content = read(certificate)
    judgement = judge_pdf(content, certificates=keys.trusted_certificates())
    assert keys.find_key(fingerprint=judgement.fingerprint) == certificate.signing_key


@pytest.mark.parametrize("exclusive", [True, False])
def test_marker_that_another_worker_writes_first_stands(waiting, archive, monkeypatch, exclusive):
    """Both found none. An object store cannot tell them apart."""
    write, made = markers._write_first, {}

    def meet(name, value):
        monkeypatch.setattr(markers, "_write_first", write)
        content = b"%PDF of the other one"
        sha256 = hashlib.sha256(content).hexdigest()
        file = production.store_file(content=content, sha256=sha256)
        Certificate.objects.filter(pk=waiting.pk).update(sha256=sha256)
        assert register.record_issue(certificate_id=waiting.pk, file=file, sha256=sha256, now=LATER)
        made["sha256"] = sha256
        if exclusive:
            return write(name, value)
        markers._write(name, value)
        return True

    monkeypatch.setattr(markers, "_write_first", meet)
    assert not production.issue_certificate(certificate_id=waiting.pk, now=NOW)
    assert Certificate.objects.get().sha256 == made["sha256"]
    assert_agreed(archive)


def test_what_was_printed_stands_when_real_keys_come(waiting, archive, monkeypatch):
    """A worker is killed after the archive knows the number; then the demo keys are replaced."""
    keys.make_demo_keys(now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(register, "_issue", die)
        with pytest.raises(RuntimeError):
            production.issue_certificate(certificate_id=waiting.pk, now=NOW)
    before = Certificate.objects.get()
    for purpose in keys.Purpose.values:
        keys.rotate_key(purpose=purpose, now=NOW)
    was_specimen = read_marker(certificate=before).facts["is_specimen"]
    Certificate.objects.update(facts=before.facts | {"is_specimen": not was_specimen})
    assert production.issue_certificate(certificate_id=waiting.pk, now=LATER)
    certificate = Certificate.objects.get()
    assert certificate.signing_key == before.signing_key
    assert certificate.facts["is_specimen"] is was_specimen
    assert_agreed(archive)


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
