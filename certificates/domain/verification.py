"""What a checker is told (rule R7): the facts of the genuine paper, never its holder's name."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum
from zoneinfo import ZoneInfo

from certificates.models import Certificate
from certificates.rendering.facts import CertificateFacts

from .codes import read_code
from .names import NameMatch, compare_names

JAPAN = ZoneInfo("Asia/Tokyo")


class VerificationStatus(Enum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class Answer:
    """`facts` is None for an unknown or malformed code. It holds the name: compare it, never show
    it. `revoked_on` and `superseded_number` are set for those two states only."""

    status: VerificationStatus
    facts: CertificateFacts | None = None
    revoked_on: date | None = None
    superseded_number: str = ""


UNKNOWN = Answer(VerificationStatus.UNKNOWN)
MALFORMED = Answer(VerificationStatus.MALFORMED)


def _answer(certificate: Certificate, today: date) -> Answer:
    facts = CertificateFacts.from_json(certificate.facts)
    if certificate.status == Certificate.Status.REVOKED:
        at = certificate.revoked_at
        return Answer(VerificationStatus.REVOKED, facts, at and at.astimezone(JAPAN).date())
    if certificate.status == Certificate.Status.SUPERSEDED:
        return Answer(
            VerificationStatus.SUPERSEDED,
            facts,
            superseded_number=certificate.superseded_by.number_text,
        )
    if facts.expires_on and facts.expires_on < today:
        return Answer(VerificationStatus.EXPIRED, facts)
    return Answer(VerificationStatus.VALID, facts)


def verify_code(*, typed: str, today: date) -> Answer:
    """One statement. A certificate that is still being prepared has not been handed to anyone, so
    its code is unknown."""
    code = read_code(typed=typed)
    if code is None:
        return MALFORMED
    certificate = (
        Certificate.objects.exclude(status=Certificate.Status.PENDING)
        .only("status", "facts", "revoked_at")
        .filter(code=code)
        .first()
    )
    return _answer(certificate, today) if certificate else UNKNOWN


# 令和8年度 第000123号, R8-123, 8-123, with whatever width, spaces and punctuation.
NUMBER = re.compile(r"^(?:令和|R)?(元|\d{1,2})(?:年度)?[^\d]*?第?0*(\d{1,9})号?$", re.IGNORECASE)


def read_number(*, typed: str) -> tuple[int, int] | None:
    """Fiscal year and number, or None."""
    folded = "".join(unicodedata.normalize("NFKC", typed).split())
    if not (found := NUMBER.match(folded)):
        return None
    era = 1 if found[1] == "元" else int(found[1])
    return 2018 + era, int(found[2])


def verify_number(*, number: str, full_name: str, today: date) -> tuple[Answer, NameMatch]:
    """An unknown number and a name that differs are one and the same answer."""
    key = read_number(typed=number)
    certificate = (
        key
        and Certificate.objects.exclude(status=Certificate.Status.PENDING)
        .filter(fiscal_year=key[0], number=key[1])
        .first()
    )
    if certificate:
        answer = _answer(certificate, today)
        assert answer.facts is not None  # noqa: S101 for the type checker: it was just read
        match = compare_names(typed=full_name, printed=answer.facts.full_name)
        if match is not NameMatch.DIFFERENT:
            return answer, match
    return UNKNOWN, NameMatch.DIFFERENT
