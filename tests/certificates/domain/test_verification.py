import datetime as dt
import time

import pytest

from certificates.domain import issuing, production, register
from certificates.domain.codes import display_code, make_code
from certificates.domain.verification import (
    UNKNOWN,
    VerificationStatus,
    is_number,
    read_number,
    verify_code,
    verify_number,
    verify_sha256,
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
        "修了証番号： 令和8年度 第000001号",
        "No. R8-1",
    ],
)
def test_number_and_name_find_the_certificate(certificate, number):
    answer, _match = verify_number(number=number, full_name="高橋吉江", today=TODAY)
    assert answer.status is VerificationStatus.VALID


@pytest.mark.parametrize(
    "number", ["", "8", "第1号", "令和8年度", "9" * 40, "000003", "0-3", "2026-1"]
)
def test_what_is_no_number_is_none(number):
    assert read_number(typed=number) is None


def test_symbol_before_the_number_is_read_and_may_be_left_out(certificate):
    text = "総情活 令和8年度 第000001号"
    Certificate.objects.update(symbol="総情活", facts=certificate.facts | {"number": text})
    for number in (text, "総情活R8-1", "総情活　令和８年度第１号", "R8-1"):
        answer, _match = verify_number(number=number, full_name="髙橋 𠮷江", today=TODAY)
        assert answer.status is VerificationStatus.VALID, number
    other, _match = verify_number(number="地支第 R8-1", full_name="髙橋 𠮷江", today=TODAY)
    assert other == UNKNOWN


def test_of_two_templates_with_one_number_the_name_decides(certificate):
    other = Certificate.objects.get()
    other.pk, other.code, other.symbol, other.supersedes = None, make_code(), "活", certificate
    theirs = "活 令和8年度 第000001号"
    other.facts = certificate.facts | {"full_name": "佐藤 花子", "number": theirs}
    other.save()
    for name, number in (("髙橋 𠮷江", certificate.number_text), ("佐藤花子", theirs)):
        answer, _match = verify_number(number="R8-1", full_name=name, today=TODAY)
        assert answer.facts.number == number


@pytest.mark.parametrize(
    ("reason", "told"),
    [("issued_in_error", True), ("key_lost", True), ("misconduct", False), ("request", False)],
)
def test_only_our_own_reasons_of_a_revocation_are_told(certificate, reason, told):
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass(reason),
        reason="誤り",
        now=factories.NOW,
    )
    answer = verify_code(typed=certificate.code, today=TODAY)
    assert answer.revoked_for == (reason if told else "")


def test_hash_of_an_issued_file_finds_it(certificate):
    found = verify_sha256(sha256=certificate.sha256, today=TODAY)
    assert found.status is VerificationStatus.VALID
    Certificate.objects.update(status="pending")
    assert verify_sha256(sha256=certificate.sha256, today=TODAY) == UNKNOWN


@pytest.mark.parametrize("sha256", ["", "0" * 64, "x" * 64])
def test_other_hashes_are_unknown(certificate, sha256):
    # One that is being prepared has no hash yet.
    Certificate.objects.update(sha256="", status="revoked")
    assert verify_sha256(sha256=sha256, today=TODAY) == UNKNOWN


@pytest.mark.parametrize(
    "typed",
    [
        f"{' ' * 450}1-1{' ' * 880}x",
        f"{'-' * 45}1-1{'-' * 50}x",
        f"{'- ' * 25}1-1{'- ' * 22}x",
        "1-" * 20_000,
        "\u3000" * 50_000,
    ],
)
def test_no_text_keeps_a_process_busy(typed):
    began = time.process_time()
    is_number(typed=typed)
    assert read_number(typed=typed) is None
    assert time.process_time() - began < 0.2
