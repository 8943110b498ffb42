import json
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credentials.proofs import serialise, verify_credential

from .credentials import AT, KEY, KEY_ID, leaves, make_signed, make_unsigned, nodes, reach, sign


def is_genuine(document):
    return verify_credential(document, public_key=KEY.public_key())


def test_what_was_signed_is_genuine_after_a_journey_as_json():
    assert is_genuine(json.loads(serialise(make_signed())))


def test_same_facts_and_key_give_the_same_bytes_in_another_process():
    script = (
        "import sys, datetime as dt;"
        "from tests.certificates.credentials import credentials as c;"
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as K;"
        "from certificates.credentials.proofs import serialise;"
        "key = K.from_private_bytes(bytes(range(32)));"
        "sys.stdout.buffer.write(serialise(c.sign(c.make_unsigned(), key=key)))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        env={"TZ": "America/New_York", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8"},
    )
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert other.stdout == serialise(sign(make_unsigned(), key=key))


def test_proof_names_suite_key_and_moment():
    proof = make_signed()["proof"]
    assert proof.pop("proofValue").startswith("z")
    assert proof == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": f"{AT:%Y-%m-%dT%H:%M:%SZ}",
        "verificationMethod": KEY_ID,
        "proofPurpose": "assertionMethod",
    }


def test_any_changed_value_is_noticed():
    passed = []
    for path in leaves(make_signed()):
        document = make_signed()
        *place, last = path
        value = reach(document, path)
        reach(document, place)[last] = not value if isinstance(value, bool) else value + "1"
        if is_genuine(document):
            passed.append(path)
    assert passed == []


def test_any_missing_value_is_noticed():
    passed = []
    for path in leaves(make_signed()):
        document = make_signed()
        *place, last = path
        del reach(document, place)[last]
        if is_genuine(document):
            passed.append(path)
    assert passed == []


@pytest.mark.parametrize("addition", ["description", "unknown", "https://example.jp/grade"])
def test_any_addition_is_noticed(addition):
    passed = []
    for path in nodes(make_signed()):
        document = make_signed()
        node = reach(document, path)
        node[addition] = node.get(addition, "") + "も"
        if is_genuine(document):
            passed.append(path)
    assert passed == []


def test_another_key_did_not_sign_it():
    other = Ed25519PrivateKey.generate().public_key()
    assert not verify_credential(make_signed(), public_key=other)


def test_proof_of_another_credential_does_not_fit():
    document = make_signed() | {"proof": make_signed(number="令和8年度 第000124号")["proof"]}
    assert not is_genuine(document)


@pytest.mark.parametrize(
    "document",
    [{}, {"proof": None}, {"proof": []}, {"proof": [{}]}, {"proof": {"proofValue": 7}}],
    ids=repr,
)
def test_what_is_no_signed_credential_is_refused_without_an_error(document):
    assert not is_genuine(document)
    assert not is_genuine(make_unsigned() | document)


def test_deep_nesting_is_refused_without_an_error():
    deep = "x"
    for _ in range(5000):
        deep = {"name": deep}
    assert not is_genuine(make_signed() | {"name": deep})


def test_serialised_credential_never_ends_a_cdata_section():
    document = make_signed(course_title="表[[1]]> の講座")
    text = serialise(document)
    assert b"]]>" not in text
    assert json.loads(text) == document
