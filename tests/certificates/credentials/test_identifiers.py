import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.credentials import multibase
from certificates.credentials.identifiers import PublicKey, build_did_document, did_for


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://katsuyo.example/v/", "did:web:katsuyo.example:v"),
        ("http://localhost:8000/v/", "did:web:localhost%3A8000:v"),
        ("https://host.example/a/check/", "did:web:host.example:a:check"),
        ("https://host.example/%E7%A2%BA/", "did:web:host.example:%E7%A2%BA"),
    ],
)
def test_did_is_where_its_document_is(address, did):
    assert did_for(address) == did


def test_retired_keys_stay_and_revoked_ones_verify_nothing():
    revoked_at = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
    keys = [
        PublicKey("old", Ed25519PrivateKey.generate().public_key(), None),
        PublicKey("lost", Ed25519PrivateKey.generate().public_key(), revoked_at),
        PublicKey("new", Ed25519PrivateKey.generate().public_key(), None),
    ]
    document = build_did_document("did:web:x.jp:v", keys)
    assert [method["id"] for method in document["verificationMethod"]] == [
        "did:web:x.jp:v#old",
        "did:web:x.jp:v#lost",
        "did:web:x.jp:v#new",
    ]
    assert document["assertionMethod"] == ["did:web:x.jp:v#old", "did:web:x.jp:v#new"]
    assert document["verificationMethod"][1]["revoked"] == "2026-11-01T12:00:00Z"


@pytest.mark.parametrize("content", [b"", b"\0\0a", b"\xff" * 64, bytes(range(64))])
def test_multibase_goes_there_and_back(content):
    assert multibase.decode(multibase.encode(content)) == content


def test_public_key_is_written_as_the_standard_writes_it():
    raw = bytes.fromhex("f5ad2f9b7d0ac0ad8bd4c1f3ed3a3a5d1f1b2e2a4f5c6b7a8192a3b4c5d6e7f8")
    text = multibase.encode_public_key(Ed25519PublicKey.from_public_bytes(raw))
    assert text.startswith("z6Mk")
    assert multibase.decode(text) == b"\xed\x01" + raw


@pytest.mark.parametrize("text", ["", "u1", "z0", "zl", "zあ"])
def test_what_is_no_multibase_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 of whichever kind
        multibase.decode(text)
