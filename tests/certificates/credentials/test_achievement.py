import datetime as dt
import hashlib
import json

import pytest

from .credentials import INDEX, ISSUER, STATUS_LIST, make_unsigned


def test_credential_says_what_the_paper_says():
    document = make_unsigned(full_name="髙橋 𠮷江", study_minutes=105)
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    course = "地域でスマホを教える人のための デジタル活用支援 研修"
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["name"] == f"修了証書 {course}"
    assert achievement["name"] == course
    assert "1時間45分" in achievement["description"]
    assert course in achievement["criteria"]["narrative"]
    assert subject["licenseNumber"] == "令和8年度 第000123号"
    assert document["issuer"]["name"] == "地域活用局"
    assert document["issuer"]["official"] == "局長 山田 花子"
    assert document["issuer"]["id"] == "did:web:katsuyo.example:v"
    assert document["evidence"][0]["id"] == "https://katsuyo.example/v/ABCD-EFGH-JKMNP"


def test_days_begin_and_end_in_japan():
    document = make_unsigned(
        issued_on=dt.date(2026, 4, 1),
        completed_on=dt.date(2026, 3, 31),
        expires_on=dt.date(2029, 3, 31),
    )
    assert document["validFrom"] == "2026-04-01T00:00:00+09:00"
    assert document["validUntil"] == "2029-03-31T23:59:59+09:00"
    assert document["credentialSubject"]["activityEndDate"] == "2026-03-31T00:00:00+09:00"


def test_without_a_term_there_is_no_end():
    assert "validUntil" not in make_unsigned(expires_on=None)


def test_name_is_there_only_as_a_hash_that_its_holder_can_repeat():
    document = make_unsigned(
        full_name="辻\U000e0100 一郎", former_name="東四柳", wording="辻\U000e0100 一郎 殿は…"
    )
    text = json.dumps(document, ensure_ascii=False)
    assert "一郎" not in text
    assert "東四柳" not in text
    (identity,) = document["credentialSubject"]["identifier"]
    repeated = hashlib.sha256(("辻\U000e0100 一郎" + identity["salt"]).encode()).hexdigest()
    assert identity["identityHash"] == f"sha256${repeated}"
    assert (identity["hashed"], identity["identityType"]) == (True, "name")


def test_same_name_on_two_certificates_is_not_recognised():
    first, second = (
        make_unsigned(code=code)["credentialSubject"]["identifier"][0]["identityHash"]
        for code in ("ABCD-EFGH-JKMNP", "ABCD-EFGH-JKMNQ")
    )
    assert first != second


@pytest.mark.parametrize("is_specimen", [True, False])
def test_specimen_says_so_wherever_a_wallet_shows_it(is_specimen):
    document = make_unsigned(is_specimen=is_specimen)
    achievement = document["credentialSubject"]["achievement"]
    for text in (document["name"], achievement["name"], achievement["description"]):
        assert text.startswith("【見本】") is is_specimen


def test_status_is_one_place_in_one_list():
    assert make_unsigned()["credentialStatus"] == {
        "id": f"{STATUS_LIST}#{INDEX}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(INDEX),
        "statusListCredential": STATUS_LIST,
    }


def test_identifiers_are_stable_and_differ_between_certificates():
    first, again, other = (
        make_unsigned(verify_url=f"{ISSUER.address}{code}")
        for code in ("ABCD-EFGH-JKMNP", "ABCD-EFGH-JKMNP", "ABCD-EFGH-JKMNQ")
    )
    assert first["id"] == again["id"] != other["id"]
    achievements = {
        document["credentialSubject"]["achievement"]["id"] for document in (first, other)
    }
    assert len(achievements) == 1
