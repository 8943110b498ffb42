"""A credential of a fixed certificate, signed with a key made for this run."""

import datetime as dt

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credentials.achievement import Issuer, build_credential
from certificates.credentials.identifiers import did_for, key_id_for
from certificates.credentials.proofs import sign_credential
from tests.certificates.facts import make_facts

KEY = Ed25519PrivateKey.generate()
AT = dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC)
ADDRESS = "https://katsuyo.example/v/"
ISSUER = Issuer(did=did_for(ADDRESS), address=ADDRESS)
KEY_ID = key_id_for(ISSUER.did, "badges-2026")
STATUS_LIST = f"{ADDRESS}status/0"
INDEX = 94_567


def make_unsigned(**changes):
    facts = make_facts(
        **{
            "issuer_office": "地域活用局",
            "issuer_title": "局長",
            "issuer_name": "山田 花子",
            "is_specimen": False,
            "expires_on": dt.date(2099, 3, 31),
        }
        | changes
    )
    return build_credential(
        facts, issuer=ISSUER, status_list=STATUS_LIST, status_index=INDEX, course_key="course-7"
    )


def sign(document, *, key=KEY, at=AT):
    return sign_credential(document, key_id=KEY_ID, sign=key.sign, at=at)


def make_signed(**changes):
    return sign(make_unsigned(**changes))


def leaves(value, path=()):
    """Every path to a text or truth value within a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


def nodes(value, path=()):
    """Every path to an object within a document."""
    if isinstance(value, dict):
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, dict | list):
            yield from nodes(item, (*path, key))


def reach(document, path):
    for step in path:
        document = document[step]
    return document
