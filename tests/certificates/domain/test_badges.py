import json

import pytest
from django.test import override_settings

from certificates.credentials.proofs import verify_credential
from certificates.domain.badges import describe_issuer, make_credential, make_did_document
from certificates.models import Certificate
from tests import factories
from tests.certificates.keys import make_credential_key

pytestmark = pytest.mark.django_db


def test_credential_of_a_row_is_signed_by_the_key(certificate):
    key, private = make_credential_key()
    content = make_credential(certificate=certificate, key=key, sign=private.sign)
    document = json.loads(content)
    assert verify_credential(document, public_key=private.public_key())
    assert document["credentialStatus"]["statusListIndex"] == str(certificate.pk)
    assert document["credentialStatus"]["statusListCredential"].endswith("/v/status/0")
    assert document["proof"]["verificationMethod"] == f"{describe_issuer().did}#badges-1"
    assert document["proof"]["created"] == f"{factories.NOW:%Y-%m-%dT%H:%M:%SZ}"


def test_second_try_gives_the_same_bytes(certificate):
    key, private = make_credential_key()
    first = make_credential(certificate=certificate, key=key, sign=private.sign)
    Certificate.objects.update(tries=2, status="pending")
    again = Certificate.objects.get(pk=certificate.pk)
    assert make_credential(certificate=again, key=key, sign=private.sign) == first


@override_settings(CERTIFICATES_BASE_URL="https://host.example:8443")
def test_issuer_is_named_after_where_the_pages_are():
    issuer = describe_issuer()
    assert issuer.did == "did:web:host.example%3A8443:v"
    assert issuer.address == "https://host.example:8443/v/"


def test_did_document_lists_all_credential_keys_and_no_other():
    make_credential_key("old", retired_at=factories.NOW)
    make_credential_key("lost", revoked_at=factories.NOW)
    make_credential_key("new")
    make_credential_key("paper", purpose="document")
    document = make_did_document()
    names = [method["id"].split("#")[1] for method in document["verificationMethod"]]
    assert names == ["old", "lost", "new"]
    assert [name.split("#")[1] for name in document["assertionMethod"]] == ["old", "new"]
