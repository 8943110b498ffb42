import io
import xml.etree.ElementTree as ET

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from certificates.domain.badges import make_credential
from certificates.models import Certificate
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.pdf import render_pdf
from tests.certificates.keys import make_credential_key
from tests.certificates.rendering.readers import run_on

pytestmark = pytest.mark.django_db
PATHS = ["page/", "credential.json", "badge.png", "badge.svg"]


@pytest.fixture
def holder(certificate):
    client = Client()
    client.force_login(certificate.enrolment.learner.user)
    return client


@pytest.fixture
def credential(certificate):
    """The certificate gets a real file with a real credential."""
    key, private = make_credential_key()
    content = make_credential(certificate=certificate, key=key, sign=private.sign)
    pdf = render_pdf(CertificateFacts.from_json(certificate.facts), credential=content)
    storage = Certificate._meta.get_field("file").storage
    name = storage.save("with-credential.pdf", ContentFile(pdf))
    Certificate.objects.update(file=name, credential_key=key)
    return content


def read_pdf(holder, certificate):
    response = holder.get(f"/certificates/{certificate.pk}/certificate.pdf")
    content = b"".join(response)
    response.close()
    return content


def test_every_form_holds_the_credential_of_the_pdf(holder, certificate, credential, tmp_path):
    base = f"/certificates/{certificate.pk}"
    run_on(read_pdf(holder, certificate), "pdfdetach", "-saveall", "-o", str(tmp_path), "PDF")
    assert (tmp_path / "credential.json").read_bytes() == credential
    assert holder.get(f"{base}/credential.json").content == credential
    with Image.open(io.BytesIO(holder.get(f"{base}/badge.png").content)) as picture:
        picture.load()
        assert picture.text["openbadgecredential"].encode() == credential
    drawing = ET.fromstring(holder.get(f"{base}/badge.svg").content)
    assert drawing[0].text.encode() == credential


def test_forms_are_saved_under_plain_names_and_kept_nowhere(holder, certificate, credential):
    for ending in ("png", "svg"):
        response = holder.get(f"/certificates/{certificate.pk}/badge.{ending}")
        name = f'attachment; filename="certificate-2026-000001.{ending}"'
        assert response["Content-Disposition"] == name
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("is_specimen", [True, False])
def test_badge_of_a_specimen_says_so(holder, certificate, credential, is_specimen):
    Certificate.objects.update(facts=certificate.facts | {"is_specimen": is_specimen})
    drawing = holder.get(f"/certificates/{certificate.pk}/badge.svg").text
    assert ("<title>修了の印（見本）</title>" in drawing) is is_specimen


def test_older_certificate_has_no_badge_but_a_page(holder, certificate):
    for path in PATHS[1:]:
        assert holder.get(f"/certificates/{certificate.pk}/{path}").status_code == 404
    detail = holder.get(f"/certificates/{certificate.pk}/").text
    assert "badge.png" not in detail
    assert f"/certificates/{certificate.pk}/page/" in detail


def test_detail_offers_every_form(holder, certificate, credential):
    detail = holder.get(f"/certificates/{certificate.pk}/").text
    for path in PATHS:
        assert f'href="/certificates/{certificate.pk}/{path}"' in detail


def test_page_says_what_the_paper_says_in_its_order(holder, certificate):
    facts = certificate.facts | {
        "study_minutes": 105,
        "former_name": "佐藤",
        "expires_on": "2029-03-31",
        "wording": "一行目。\n二行目。",
        "issuer_title": "局長",
        "issuer_name": "山田 花子",
        "is_specimen": True,
    }
    Certificate.objects.update(facts=facts)
    page = holder.get(f"/certificates/{certificate.pk}/page/").text
    expected = [
        "<h1",
        facts["title"],
        facts["number"],
        "見本",
        "髙橋 𠮷江",
        "殿",
        "旧姓 佐藤",
        facts["course_title"],
        "一行目。<br>二行目。",
        "1時間45分",
        "令和8年11月23日",
        "令和11年3月31日",
        "（発行者未設定）",
        "局長　山田 花子",
        facts["code"],
    ]
    places = []
    for text in expected:
        start = places[-1] if places else page.index("<article")
        places.append(page.index(text, start))
    assert places == sorted(places)


@pytest.mark.parametrize(("status", "word"), [("revoked", "失効"), ("superseded", "差し替え")])
def test_page_of_a_certificate_that_no_longer_counts_says_so(holder, certificate, status, word):
    Certificate.objects.update(status=status)
    assert word in holder.get(f"/certificates/{certificate.pk}/page/").text


def test_while_it_is_prepared_there_is_nothing_to_hand_out(holder, certificate):
    Certificate.objects.update(status="pending", file="")
    for path in PATHS:
        assert holder.get(f"/certificates/{certificate.pk}/{path}").status_code == 404


def test_nobody_else_gets_any_form(certificate, credential, other_client, client):
    for path in PATHS:
        url = f"/certificates/{certificate.pk}/{path}"
        assert other_client.get(url).status_code == 404
        assert client.get(url).status_code == 302
