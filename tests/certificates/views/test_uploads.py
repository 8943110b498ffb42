import hashlib
import io
import json

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from certificates.domain import issuing, production, uploads
from certificates.domain.codes import make_code
from certificates.forms import UploadForm
from certificates.models import Certificate, SigningKey
from tests import factories

from ..rendering.test_qr import draw_qr, paint

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(db):
    factories.make_certificate_template(issuer_name="発行 者")
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    made = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    production.issue_certificate(certificate_id=made.pk, now=factories.NOW)
    return Certificate.objects.get()


def read(certificate):
    with certificate.file.open("rb") as file:
        return file.read()


def upload(content, path="/v/file/", name="a.pdf"):
    return Client().post(path, {"file": SimpleUploadedFile(name, content)})


def ask_hash(sha256, **headers):
    return Client().post("/v/file/", {"sha256": sha256}, headers=headers)


def photo(text):
    out = io.BytesIO()
    paint(draw_qr(text)).save(out, "PNG")
    return out.getvalue()


def test_known_hash_shows_state_and_facts_without_the_name(issued):
    page = ask_hash(issued.sha256)
    for told in (
        "原本と一致",
        "<strong>有効</strong>",
        issued.facts["course_title"],
        issued.facts["code"],
    ):
        assert told in page.text
    assert "髙橋" not in page.text
    assert len(page.content) < 30_000
    assert page["X-Robots-Tag"] == "noindex"
    assert not page.cookies
    # The name is compared on the certificate's own page.
    assert f'action="/v/{issued.facts["code"]}"' in page.text


def test_browser_asks_whether_a_hash_is_known(issued):
    for sha256, is_known in ((issued.sha256, True), ("0" * 64, False), ("x", False)):
        answer = ask_hash(sha256, Accept="application/json")
        assert json.loads(answer.text) == {"is_known": is_known}


def test_unknown_hash_offers_the_upload(issued):
    page = ask_hash("0" * 64)
    assert page.status_code == 200
    assert "アップロード" in page.text


def test_original_is_told_whatever_became_of_it(issued):
    Certificate.objects.update(status="revoked", revoked_at=factories.NOW)
    page = upload(read(issued))
    assert "原本と一致" in page.text
    assert "<strong>失効</strong>" in page.text


def test_file_signed_by_us_that_the_register_does_not_know_is_told_so(issued):
    Certificate.objects.update(sha256="0" * 64)
    page = upload(read(issued))
    assert "当機関の署名あり・原本とは異なる" in page.text
    assert "このファイルだけを根拠にしないでください" in page.text


def test_file_changed_in_the_padding_of_its_signature_is_not_confirmed(issued):
    content = read(issued)
    end = content.index(b">", content.index(b"/Contents <"))
    page = upload(content[: end - 1] + b"1" + content[end:])
    assert "<strong>確認できません</strong>" in page.text


def test_signature_of_a_lost_key_confirms_nothing(issued):
    SigningKey.objects.update(revoked_at=factories.NOW)
    Certificate.objects.update(sha256="0" * 64)
    assert "<strong>確認できません</strong>" in upload(read(issued)).text


def test_signature_of_a_demo_key_says_that_it_proves_nothing(issued):
    SigningKey.objects.update(is_demo=True)
    Certificate.objects.update(sha256="0" * 64)
    assert "見本用の鍵" in upload(read(issued)).text


@pytest.mark.parametrize(
    "change", [b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>"]
)
def test_other_file_cannot_be_confirmed(issued, change):
    page = upload(change)
    assert page.status_code == 200
    assert "<strong>確認できません</strong>" in page.text
    assert "スキャン" in page.text


def test_file_with_a_password_is_told_apart(issued):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(read(issued))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    page = upload(out.getvalue())
    assert "<strong>確認できません</strong>" in page.text
    assert page.context["is_encrypted"]
    assert not upload(b"%PDF-1.7").context["is_encrypted"]


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0JFIF", b"PK\x03\x04", b""])
def test_what_is_no_pdf_is_told_at_the_field(content):
    page = upload(content)
    assert 'id="id_file_error"' in page.text
    assert "入力内容を確認してください" in page.text


def test_long_file_is_told_at_the_field(monkeypatch):
    monkeypatch.setattr(UploadForm, "MAX_BYTES", 1000)
    assert "10 MB" in upload(b"%PDF-" + bytes(1001)).text


@pytest.mark.parametrize("path", ["/v/file/", "/v/scan/"])
def test_body_that_no_file_fills_is_refused_before_it_is_read(path):
    file = SimpleUploadedFile("a.pdf", b"%PDF-")
    page = Client().post(path, {"file": file}, CONTENT_LENGTH="10200001")
    assert page.status_code == 413
    assert "10 MB" in page.text
    assert not page.wsgi_request._read_started


def test_failing_child_confirms_nothing(issued, monkeypatch):
    def fail(*_):
        raise uploads.ChildFailed("memory")

    monkeypatch.setattr(uploads, "run_in_child", fail)
    assert "<strong>確認できません</strong>" in upload(b"%PDF-1.7").text
    assert "読み取れませんでした" in upload(b"x", "/v/scan/").text


def test_third_upload_at_once_is_asked_to_come_back(monkeypatch):
    monkeypatch.setattr(uploads, "_PLACES", uploads.BoundedSemaphore(1))
    with uploads._place():
        page = upload(b"%PDF-1.7")
    assert page.status_code == 503
    assert page["Retry-After"]


def test_uploads_are_limited(settings):
    settings.CERTIFICATES_THROTTLE_LIMITS = {"upload": 0}
    for path in ("/v/file/", "/v/scan/"):
        page = upload(b"%PDF-1.7", path)
        assert page.status_code == 429
        assert int(page["Retry-After"]) > 0


def test_page_of_the_file_form_leads_to_the_form():
    page = Client().get("/v/file/")
    assert (page.status_code, page.url) == (302, "/v/#with-file")


def test_photo_of_the_qr_code_leads_to_its_answer(issued):
    page = upload(photo(issued.facts["verify_url"]), "/v/scan/", "a.png")
    assert (page.status_code, page.url) == (302, f"/v/{issued.facts['code']}")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/v/{}",
        "http://127.0.0.1:8000.evil.example/v/{}",
        "http://127.0.0.1:8000@evil.example/v/{}",
        "http://127.0.0.1:8000/editor/{}",
        "{}",
        "WIFI:S:net;P:secret;;",
    ],
)
def test_foreign_code_is_not_followed(db, address):
    page = upload(photo(address.format(make_code())), "/v/scan/", "a.png")
    assert page.status_code == 200
    assert "開いていません" in page.text


def test_photo_without_a_code_and_no_photo_are_told_apart(db):
    out = io.BytesIO()
    Image.new("L", (300, 300), 255).save(out, "PNG")
    assert "QRコードが見つかりませんでした" in upload(out.getvalue(), "/v/scan/").text
    assert "読み取れませんでした" in upload(b"no photo", "/v/scan/").text


def test_camera_is_allowed_on_the_scan_page_only():
    assert "camera=(self)" in Client().get("/v/scan/")["Permissions-Policy"]
    for path in ("/v/", "/v/file/", "/v/ABC"):
        assert "camera=()" in Client().get(path)["Permissions-Policy"]


def test_file_is_its_hash(issued):
    assert hashlib.sha256(read(issued)).hexdigest() == issued.sha256
