"""What a checker is told (rule R7): the facts of the genuine paper, never its holder's name."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum
from zoneinfo import ZoneInfo

from certificates.models import Certificate
from certificates.rendering.facts import CertificateFacts

from .codes import CodeProblem, find_code_problem, fold_code
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
    it. `revoked_on` and `superseded_number` are set for those two states only, `problem` and
    `length` (the characters that count) for a malformed code."""

    status: VerificationStatus
    facts: CertificateFacts | None = None
    revoked_on: date | None = None
    superseded_number: str = ""
    problem: CodeProblem | None = None
    length: int = 0


UNKNOWN = Answer(VerificationStatus.UNKNOWN)


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
    code = fold_code(typed=typed)
    if problem := find_code_problem(typed=typed):
        return Answer(VerificationStatus.MALFORMED, problem=problem, length=len(code))
    certificate = (
        Certificate.objects.exclude(status=Certificate.Status.PENDING)
        .only("status", "facts", "revoked_at")
        .filter(code=code)
        .first()
    )
    return _answer(certificate, today) if certificate else UNKNOWN


# 令和8年度 第000123号, R8-123, 8-123, with whatever width, spaces and punctuation. Something must
# part year and number: 000123 alone is no year 0.
NUMBER = re.compile(r"^\W*(?:令和|R)?\s*(元|\d{1,2})\D+(\d{1,9})\s*号?\W*$", re.IGNORECASE)
# Nothing of this is in a code.
NUMBER_WORDS = re.compile("令和|年度|第|号")


def _fold_number(typed: str) -> str:
    visible = (c for c in unicodedata.normalize("NFKC", typed) if unicodedata.category(c) != "Cf")
    return "".join(visible)


def read_number(*, typed: str) -> tuple[int, int] | None:
    """Fiscal year and number, or None."""
    if not (found := NUMBER.match(_fold_number(typed))):
        return None
    era = 1 if found[1] == "元" else int(found[1])
    return (2018 + era, int(found[2])) if era else None


def is_number(*, typed: str) -> bool:
    """Whether someone typed a certificate's number, or a part of one, where a code belongs."""
    return bool(NUMBER_WORDS.search(typed)) or read_number(typed=typed) is not None


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
