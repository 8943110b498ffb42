import pytest
from django.core.files.base import ContentFile
from django.test import Client

from certificates.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder(certificate):
    client = Client()
    client.force_login(certificate.enrolment.learner.user)
    return client


def test_holder_reads_name_and_study_time_as_printed(holder, certificate):
    Certificate.objects.update(facts=certificate.facts | {"study_minutes": 105})
    page = holder.get(f"/certificates/{certificate.pk}/").text
    assert "髙橋 𠮷江" in page
    assert "1時間45分" in page
    assert f'<span class="nowrap">{certificate.facts["code"]}</span></a>' in page


def test_download_has_a_japanese_name_and_a_plain_one(holder, certificate):
    storage = Certificate._meta.get_field("file").storage
    name = storage.save("plain.pdf", ContentFile(b"%PDF"))
    Certificate.objects.update(file=name)
    response = holder.get(f"/certificates/{certificate.pk}/certificate.pdf")
    assert b"".join(response) == b"%PDF"
    response.close()
    header = response["Content-Disposition"]
    assert header.startswith('attachment; filename="certificate-2026-000001.pdf"; filename*=UTF-8')
    assert header.endswith(
        "%E4%BF%AE%E4%BA%86%E8%A8%BC_%E4%BB%A4%E5%92%8C8%E5%B9%B4%E5%BA%A6_%E7%AC%AC000001%E5%8F%B7.pdf"
    )


def test_nobody_else_sees_or_downloads_it(certificate, django_user_model):
    other = Client()
    other.force_login(django_user_model.objects.create(email="other@example.jp"))
    for path in ("", "certificate.pdf"):
        assert other.get(f"/certificates/{certificate.pk}/{path}").status_code == 404
