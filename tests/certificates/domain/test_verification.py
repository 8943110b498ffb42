import datetime as dt

import pytest

from certificates.domain import issuing, production, register
from certificates.domain.codes import display_code, make_code
from certificates.domain.verification import (
    UNKNOWN,
    VerificationStatus,
    read_number,
    verify_code,
    verify_number,
)
from certificates.models import Certificate
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def certificate(db):
    factories.make_certificate_template()
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    made = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    production.issue_certificate(certificate_id=made.pk, now=factories.NOW)
    return Certificate.objects.get()


def test_issued_certificate_is_valid_with_its_facts(certificate):
    answer = verify_code(typed=display_code(code=certificate.code).lower(), today=TODAY)
    assert answer.status is VerificationStatus.VALID
    assert answer.facts.course_title == "デジタル活用支援 研修"


def test_certificate_in_preparation_is_unknown(certificate):
    Certificate.objects.update(status="pending")
    assert verify_code(typed=certificate.code, today=TODAY) == UNKNOWN


def test_revoked_certificate_says_when(certificate):
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass.OTHER,
        reason="誤り",
        now=factories.NOW,
    )
    answer = verify_code(typed=certificate.code, today=TODAY)
    assert (answer.status, answer.revoked_on) == (VerificationStatus.REVOKED, TODAY)


def test_expired_certificate_is_valid_until_its_last_day(certificate):
    facts = certificate.facts | {"expires_on": "2026-11-23"}
    Certificate.objects.update(facts=facts)
    assert verify_code(typed=certificate.code, today=TODAY).status is VerificationStatus.VALID
    tomorrow = TODAY + dt.timedelta(days=1)
    assert verify_code(typed=certificate.code, today=tomorrow).status is VerificationStatus.EXPIRED


def test_unknown_and_malformed_codes(certificate):
    assert verify_code(typed=make_code(), today=TODAY).status is VerificationStatus.UNKNOWN
    assert verify_code(typed="なにか", today=TODAY).status is VerificationStatus.MALFORMED


def test_unknown_number_and_wrong_name_are_one_answer(certificate):
    unknown = verify_number(number="令和8年度 第000999号", full_name="髙橋 𠮷江", today=TODAY)
    wrong = verify_number(number=certificate.number_text, full_name="別の 人", today=TODAY)
    assert unknown == wrong
    assert unknown[0] == UNKNOWN


@pytest.mark.parametrize(
    "number",
    [
        "令和8年度 第000001号",
        "令和８年度第１号",
        "R8-1",
        "8-000001",
        "R8 1",
        "\u200b令和 8 年度 第 1 号。",
    ],
)
def test_number_and_name_find_the_certificate(certificate, number):
    answer, _match = verify_number(number=number, full_name="高橋吉江", today=TODAY)
    assert answer.status is VerificationStatus.VALID


@pytest.mark.parametrize("number", ["", "8", "第1号", "令和8年度", "9" * 40, "000003", "0-3"])
def test_what_is_no_number_is_none(number):
    assert read_number(typed=number) is None
