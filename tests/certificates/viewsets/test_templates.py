"""The editor's form and its preview, by the editor's own requests."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certificates.domain import issuing
from certificates.models import CertificateTemplate
from tests import factories
from tests.certificates.rendering.test_seal import SEAL

pytestmark = pytest.mark.django_db
BASE = "/editor/snippets/lms_certificates/certificatetemplate"
FIELDS = {
    "course": "",
    "title": "修了証書",
    "wording": "｛講座名｝を修了したことを証します。",
    "issuer_office": "総務省",
    "issuer_title": "",
    "issuer_name": "山田 花子",
    "number_symbol": "",
    "study_hours": "",
    "validity_months": "",
    "accent_colour": "#1a2b5c",
    "seal": "",
}


@pytest.fixture
def editor():
    client = Client()
    client.force_login(factories.UserFactory(is_superuser=True, is_staff=True))
    return client


def test_every_save_is_a_version_and_no_earlier_one_is_written_over(editor):
    assert editor.post(f"{BASE}/add/", FIELDS).status_code == 302
    template = CertificateTemplate.objects.get()
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    issued = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    again = FIELDS | {
        "accent_colour": "#0b5d3b",
        "overwrite_revision_id": str(issued.template_revision_id),
    }
    assert editor.post(f"{BASE}/edit/{template.pk}/", again).status_code == 302
    assert template.revisions.count() == 2
    issued.refresh_from_db()
    assert issued.template_revision.content["accent_colour"] == "#1a2b5c"
    page = editor.get(f"{BASE}/edit/{template.pk}/").content.decode()
    assert 'data-controller="w-autosave"' not in page
    assert "data-w-autosave" not in page
    assert f"{BASE}/history/{template.pk}/" in page
    assert "certificates/js/seal" in page
    history = editor.get(f"{BASE}/history/{template.pk}/").text
    earlier = f"{BASE}/history/{template.pk}/revisions/{issued.template_revision_id}/view/"
    assert f'href="{earlier}"' in history
    assert f"{earlier}?mode=" in editor.get(earlier).text
    usage = editor.get(f"{BASE}/usage/{template.pk}/").text
    assert f"/certificate/inspect/{issued.pk}/" in usage
    assert issued.number_text in usage
    listing = editor.get(f"{BASE}/").content.decode()
    cells = [cell.strip() for cell in re.findall(r"<td[^>]*>([^<]*)</td>", listing)]
    assert cells[-2:] == ["2", "1"]


def test_uploaded_seal_is_kept_clean(editor):
    file = SimpleUploadedFile("seal.svg", SEAL.replace("<path", "<!-- 秘 --><path").encode())
    assert editor.post(f"{BASE}/add/", FIELDS | {"seal_file": file}).status_code == 302
    seal = CertificateTemplate.objects.get().seal
    assert 'fill="#c8102e"' in seal
    assert "秘" not in seal


def test_refused_seal_leaves_the_earlier_one_in_the_form(editor):
    template = factories.make_certificate_template(seal=SEAL)
    bad = "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    # The page's script shows the file in the field before it is sent.
    posted = FIELDS | {"seal": bad, "seal_file": SimpleUploadedFile("seal.svg", bad.encode())}
    page = editor.post(f"{BASE}/edit/{template.pk}/", posted).content.decode()
    assert "viewBox" in page
    assert "script/" not in page
    assert "#c8102e" in page


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"wording": "｛指名｝"}, "｛指名｝"),
        ({"accent_colour": "#dddd00"}, "4.5"),
        ({"seal": "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"}, "viewBox"),
        ({"wording": "😀"}, "「😀」"),
    ],
)
def test_what_cannot_be_printed_cannot_be_saved_and_the_preview_says_why(editor, fields, word):
    response = editor.post(f"{BASE}/add/", FIELDS | fields)
    assert response.status_code == 200
    assert word in response.content.decode()
    assert not CertificateTemplate.objects.exists()

    posted = editor.post(f"{BASE}/preview/", FIELDS | fields)
    assert posted.json() == {"is_valid": True, "is_available": True}
    shown = editor.get(f"{BASE}/preview/?in_preview_panel=true&mode=usual")
    assert word in shown.content.decode()
    assert b"<object" not in shown.content


def test_preview_is_the_pdf_itself(editor):
    template = factories.make_certificate_template()
    address = f"{BASE}/preview/{template.pk}/"
    editor.post(address, FIELDS)
    page = editor.get(f"{address}?mode=rarest&in_preview_panel=true")
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert f'href="{address}?mode=rarest&amp;pdf=1"' in page.content.decode()
    pdf = editor.get(f"{address}?mode=rarest&pdf=1")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "object-src" not in pdf.headers["Content-Security-Policy"]
    assert pdf.content.startswith(b"%PDF")
    assert editor.get(f"{address}?mode=nonsense").status_code == 200


def test_earlier_version_can_be_looked_at(editor):
    template = factories.make_certificate_template()
    revision = template.save_revision()
    page = editor.get(f"{BASE}/history/{template.pk}/revisions/{revision.pk}/view/?pdf=1")
    assert page.content.startswith(b"%PDF")
