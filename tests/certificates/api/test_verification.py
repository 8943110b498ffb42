import pytest

from certificates.models import Certificate
from tests import factories
from tests.certificates.issued import SHA256

from .conftest import Api

pytestmark = pytest.mark.django_db
NAME = "髙橋 𠮷江"


def verify(api, **question):
    return api.post("certificates/verify/", question)


def test_code_is_answered_with_the_facts_and_without_the_name(api, certificate):
    response = verify(api, code=certificate.facts["code"])
    assert response.status_code == 200
    answer = response.json()
    assert (answer["status"], answer["name"]) == ("valid", None)
    assert answer["certificate"]["number"] == "令和8年度 第000001号"
    assert answer["certificate"]["completed_on"] == "2026-11-23"
    for part in (NAME, "髙橋", certificate.facts["code"]):
        assert part not in response.content.decode()


@pytest.mark.parametrize(
    ("name", "match"), [("髙橋𠮷江", "match"), ("高橋 𠮷江", "variant"), ("鈴木", "mismatch")]
)
@pytest.mark.parametrize("by", ["code", "number"])
def test_name_is_compared_and_never_told(api, certificate, by, name, match):
    key = {"code": certificate.facts["code"], "number": "R8-1"}[by]
    answer = verify(api, full_name=name, **{by: key}).json()
    assert answer["name"] == match
    assert answer["status"] == ("unknown" if match == "mismatch" else "valid")


def test_unknown_certificate_and_wrong_name_are_one_answer(api, certificate):
    wrong = verify(api, number="R8-1", full_name="鈴木")
    assert wrong.content == verify(api, number="R8-999", full_name="鈴木").content
    wrong = verify(api, code=certificate.facts["code"], full_name="鈴木")
    assert wrong.content == verify(api, code="0000-0000-00000", full_name="鈴木").content


def test_nonsense_is_unknown(api, certificate):
    assert verify(api, code="nonsense").json()["status"] == "unknown"
    assert verify(api, number="x", full_name=NAME).json()["status"] == "unknown"


def test_revoked_is_told_with_its_day(api, certificate):
    Certificate.objects.update(status="revoked", revoked_at=factories.NOW)
    answer = verify(api, code=certificate.facts["code"]).json()
    assert (answer["status"], answer["revoked_on"]) == ("revoked", "2026-11-23")


def test_file_is_known_by_its_hash(api, certificate):
    found = api.post("certificates/verify-file/", {"sha256": SHA256.upper()}).json()
    assert found["status"] == "valid"
    assert found == verify(api, code=certificate.facts["code"]).json()
    other = api.post("certificates/verify-file/", {"sha256": "0" * 64}).json()
    assert (other["status"], other["certificate"]) == ("unknown", None)


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"code": ""},
        {"code": None},
        {"code": ["x"]},
        {"code": "x" * 301},
        {"code": "a\u0000b"},
        {"number": "R8-1"},
        {"code": "x", "number": "R8-1", "full_name": NAME},
        [],
        None,
    ],
)
def test_wrong_question_is_explained(api, question):
    response = api.post("certificates/verify/", question)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (400, "invalid")
    assert problem["errors"]
    assert not problem["title"].isascii()


@pytest.mark.parametrize("sha256", ["", "0" * 63, "g" * 64, "０" * 64, 5, None])
def test_wrong_hash_is_explained(api, sha256):
    response = api.post("certificates/verify-file/", {"sha256": sha256})
    assert response.status_code == 400


def test_body_that_is_no_json_is_explained(api):
    for body, kind, status, code in [
        ("{", "application/json", 400, "parse_error"),
        ("\udcff", "application/json", 400, "parse_error"),
        ("code=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    ]:
        data = body.encode("utf-8", "surrogateescape")
        response = api.client.generic("POST", "/api/v1/certificates/verify/", data, kind)
        assert (response.status_code, response.json()["code"]) == (status, code)


def test_without_a_key_nothing_is_answered(anonymous, certificate):
    for api in (anonymous, Api("nonsense"), Api("\xe9.x")):
        response = verify(api, code=certificate.facts["code"])
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert response["Content-Type"] == "application/problem+json"
        assert "certificate" not in response.json()


def test_no_cookie_and_no_cache(api, certificate):
    response = verify(api, code=certificate.facts["code"])
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    assert "Vary" not in response or "Cookie" not in response["Vary"]


def test_limit_is_of_the_key(api, other_api, certificate, settings):
    settings.CERTIFICATES_API_RATE = "2/min"
    assert [verify(api, code="x").status_code for _ in range(3)] == [200, 200, 429]
    response = verify(api, code="x")
    assert response.json()["code"] == "throttled"
    assert 0 < int(response["Retry-After"]) <= 61
    assert verify(other_api, code="x").status_code == 200


def test_address_without_anything_and_wrong_method(api):
    for response, status, code in [
        (api.get("nothing/here"), 404, "not_found"),
        (api.get("certificates/verify/"), 405, "method_not_allowed"),
    ]:
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == code
