"""What a verifier that knows nothing of us says."""

import copy
import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credentials.identifiers import PublicKey, build_did_document
from certificates.credentials.status import build_status_list

from .credentials import (
    INDEX,
    ISSUER,
    KEY,
    STATUS_LIST,
    leaves,
    make_signed,
    make_unsigned,
    reach,
    sign,
)
from .judging import judge


@pytest.fixture
def now():
    # The judge of lists asks the clock.
    return dt.datetime.now(dt.UTC)


def make_documents(*, now, revoked=(), revoked_at=None, made_at=None):
    key = PublicKey("badges-2026", KEY.public_key(), revoked_at)
    listed = build_status_list(
        address=STATUS_LIST, did=ISSUER.did, revoked=revoked, at=made_at or now
    )
    return {
        ISSUER.did: build_did_document(ISSUER.did, [key]),
        STATUS_LIST: sign(listed, at=made_at or now),
    }


def test_credentials_verify(now):
    cases = [
        make_signed(),
        make_signed(is_specimen=True, expires_on=None, issuer_title="", issuer_name=""),
        make_signed(course_title='<講座> & "引用" \\ 髙﨑 辻\U000e0100 𠮷 ]]>'),
    ]
    fine = {"verified": True, "revoked": False, "error": ""}
    documents = make_documents(now=now, revoked=[INDEX - 1, INDEX + 1])
    assert judge(cases, documents=documents, now=now) == [fine] * len(cases)


def test_any_tampering_is_refused(now):
    genuine = make_signed()
    cases = []
    for path in leaves(genuine):
        case = copy.deepcopy(genuine)
        *place, last = path
        value = reach(case, path)
        reach(case, place)[last] = not value if isinstance(value, bool) else f"{value}1"
        cases.append(case)
        if last != 0 and path[0] != "proof":
            case = copy.deepcopy(genuine)
            del reach(case, place)[last]
            cases.append(case)
    cases += [
        genuine | {"unknown": "term"},
        genuine | {"proof": make_signed(number="令和8年度 第000124号")["proof"]},
        sign(make_unsigned(), key=Ed25519PrivateKey.generate()),
        make_unsigned(),
    ]
    results = judge(cases, documents=make_documents(now=now), now=now)
    assert len(results) > 70
    assert [case for case, result in zip(cases, results, strict=True) if result["verified"]] == []


def test_revocation_is_found(now):
    (result,) = judge([make_signed()], documents=make_documents(now=now, revoked=[INDEX]), now=now)
    assert result["revoked"]


def test_forged_or_old_list_is_refused(now):
    forged = make_documents(now=now, revoked=[INDEX])
    clean = build_status_list(address=STATUS_LIST, did=ISSUER.did, revoked=[], at=now)
    forged[STATUS_LIST] = forged[STATUS_LIST] | {"credentialSubject": clean["credentialSubject"]}
    old = make_documents(now=now, made_at=now - dt.timedelta(days=8))
    for documents in (forged, old):
        (result,) = judge([make_signed()], documents=documents, now=now)
        assert not result["verified"]


def test_revoked_key_verifies_nothing(now):
    (result,) = judge([make_signed()], documents=make_documents(now=now, revoked_at=now), now=now)
    assert not result["verified"]
    assert "not authorized" in result["error"]


def test_term_is_over_when_it_is_over(now):
    case = make_signed(expires_on=(now - dt.timedelta(days=3)).date())
    (result,) = judge([case], documents=make_documents(now=now), now=now)
    assert not result["verified"]
