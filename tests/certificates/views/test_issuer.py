import datetime as dt
import json

import pytest

from certificates.domain.badges import describe_issuer, make_credential
from certificates.domain.status_lists import renew_status_lists
from certificates.models import Certificate, StatusList
from tests.certificates.credentials.judging import judge
from tests.certificates.keys import make_credential_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    return make_credential_key()


def test_stranger_reads_keys_and_lists_from_any_page(client, key):
    row, private = key
    renew_status_lists(key=row, sign=private.sign, now=dt.datetime.now(dt.UTC))
    for path in ("/v/did.json", "/v/status/0"):
        response = client.get(path)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "max-age" in response["Cache-Control"]
        assert "json" in response["Content-Type"]
        assert not response.cookies
        assert response.json()["@context"]
        assert client.post(path).status_code == 405
        assert client.head(path).status_code == 200


def test_list_that_nobody_signed_is_not_found(client, db):
    assert client.get("/v/status/0").status_code == 404


def test_list_is_sent_once(client, key, django_assert_num_queries):
    row, private = key
    now = dt.datetime.now(dt.UTC)
    renew_status_lists(key=row, sign=private.sign, now=now)
    first = client.get("/v/status/0")
    assert first.text == StatusList.objects.get().document
    headers = {"If-None-Match": first["ETag"]}
    with django_assert_num_queries(1):
        assert client.get("/v/status/0", headers=headers).status_code == 304
    renew_status_lists(key=row, sign=private.sign, now=now + dt.timedelta(days=2))
    assert client.get("/v/status/0", headers=headers).status_code == 200


def test_another_program_finds_everything_it_needs(client, certificate, key):
    """From the credential alone: the issuer's key and the list are where it says."""
    row, private = key
    now = dt.datetime.now(dt.UTC)
    Certificate.objects.update(
        facts=certificate.facts | {"issued_on": "2026-04-01", "completed_on": "2026-04-01"}
    )
    certificate.refresh_from_db()
    credential = json.loads(make_credential(certificate=certificate, key=row, sign=private.sign))

    def ask():
        renew_status_lists(key=row, sign=private.sign, now=now)
        address = credential["credentialStatus"]["statusListCredential"]
        documents = {
            credential["issuer"]["id"]: client.get("/v/did.json").json(),
            address: client.get(
                address.removeprefix(describe_issuer().address.removesuffix("/v/"))
            ).json(),
        }
        (result,) = judge([credential], documents=documents, now=now)
        return result

    assert ask() == {"verified": True, "revoked": False, "error": ""}
    Certificate.objects.update(status="revoked")
    assert ask()["revoked"]
