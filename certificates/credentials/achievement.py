"""A certificate as an Open Badges 3.0 credential, without its holder's name (rule R7)."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from certificates.rendering.facts import CertificateFacts
from certificates.rendering.page import format_duration

from .linked_data import CREDENTIALS, EXTENSIONS, OPEN_BADGES

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
SPECIMEN = "【見本】"


@dataclass(frozen=True)
class Issuer:
    """`address` is where the verification pages begin."""

    did: str
    address: str


def build_credential(
    facts: CertificateFacts,
    *,
    issuer: Issuer,
    status_list: str,
    status_index: int,
    course_key: str,
) -> dict[str, Any]:
    """`status_list` is the address of the list of revocations; `course_key` tells one course of the
    issuer's from another for ever."""
    mark = SPECIMEN if facts.is_specimen else ""
    course, duration = facts.course_title, format_duration(facts.study_minutes)
    valid = {"validFrom": _begin(facts.issued_on)}
    if facts.expires_on:
        valid["validUntil"] = _end(facts.expires_on)
    return {
        "@context": [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
        "id": _urn(facts.verify_url),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{mark}{facts.title} {course}",
        "issuer": _describe_issuer(facts, issuer),
        **valid,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [hash_identity(facts.full_name, salt=facts.code)],
            "licenseNumber": facts.number,
            "activityEndDate": _begin(facts.completed_on),
            "achievement": {
                "id": _urn(f"{issuer.did}#{course_key}"),
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": f"{mark}{course}",
                "description": f"{mark}講座「{course}」（学習時間 {duration}）の修了",
                "criteria": {"narrative": f"講座「{course}」に定める課程を全て修めること。"},
                "inLanguage": "ja",
            },
        },
        "evidence": [
            {
                "id": facts.verify_url,
                "type": ["Evidence"],
                "name": "真正性の確認",
                "description": "修了証の記載内容と現在の状態（有効・失効など）を確かめるページ",
            }
        ],
        "credentialStatus": {
            "id": f"{status_list}#{status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status_index),
            "statusListCredential": status_list,
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def hash_identity(name: str, *, salt: str) -> dict[str, Any]:
    """The name code point for code point (rule R8), followed by the salt: for whoever has the name
    and the credential to compare, not to hide the name from whoever holds the paper."""
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + sha256((name + salt).encode()).hexdigest(),
        "identityType": "name",
        "salt": salt,
    }


def _describe_issuer(facts: CertificateFacts, issuer: Issuer) -> dict[str, Any]:
    official = " ".join(part for part in (facts.issuer_title, facts.issuer_name) if part)
    profile = {
        "id": issuer.did,
        "type": ["Profile"],
        "name": facts.issuer_office,
        "url": issuer.address,
    }
    return profile | ({"official": official} if official else {})


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn


def _begin(day: date) -> str:
    return f"{day.isoformat()}T00:00:00+09:00"


def _end(day: date) -> str:
    return f"{day.isoformat()}T23:59:59+09:00"
