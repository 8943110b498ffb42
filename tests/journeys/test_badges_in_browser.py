"""The holder's page with its badges, and the certificate as a page: to be read by anybody."""

import json

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from certificates.domain.badges import make_credential
from certificates.domain.issuing import request_certificate
from certificates.models import Certificate
from certificates.rendering.facts import CertificateFacts
from certificates.rendering.pdf import render_pdf
from tests import factories
from tests.certificates.keys import make_credential_key

from .axe import expect_accessible

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def certificate():
    factories.make_certificate_template(issuer_title="局長", issuer_name="山田 花子")
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    row = request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    key, private = make_credential_key()
    credential = make_credential(certificate=row, key=key, sign=private.sign)
    pdf = render_pdf(CertificateFacts.from_json(row.facts), credential=credential)
    storage = Certificate._meta.get_field("file").storage
    Certificate.objects.update(
        status="issued",
        issued_at=factories.NOW,
        file=storage.save("one.pdf", ContentFile(pdf)),
        sha256="0" * 64,
        credential_key=key,
    )
    return Certificate.objects.get()


def test_holder_reads_the_certificate_and_takes_the_badge(
    browser, live_server, client, certificate, tmp_path
):
    client.force_login(certificate.enrolment.learner.user)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    for width in (360, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="ja-JP")
        context.add_cookies([session | {"url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/certificates/{certificate.pk}/")
        expect_accessible(page, "the holder's page")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="PNG").click()
        path = tmp_path / "badge.png"
        waiting.value.save_as(path)
        with Image.open(path) as badge:
            badge.load()
            assert json.loads(badge.text["openbadgecredential"])["type"][1] == "OpenBadgeCredential"
        page.get_by_role("link", name="ウェブページ").click()
        page.get_by_role("heading", name=certificate.facts["title"]).wait_for()
        expect_accessible(page, "the certificate as a page")
        context.close()
