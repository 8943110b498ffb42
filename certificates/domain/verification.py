"""What a checker is told (rule R7): the facts of the genuine paper, never its holder's name."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db.models import CharField, QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from certificates.rendering.facts import CertificateFacts
from training.clock import JAPAN
from training.prepared import Given, Prepared

from .codes import CodeProblem, find_code_problem, fold_code
from .names import NameMatch, compare_names


class VerificationStatus(Enum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"
    MALFORMED = "malformed"


# Their words, on pages and in lists.
STATES = {
    VerificationStatus.VALID: _("Valid"),
    VerificationStatus.EXPIRED: _("Expired"),
    VerificationStatus.REVOKED: _("Revoked"),
    VerificationStatus.SUPERSEDED: _("Superseded"),
    VerificationStatus.UNKNOWN: _("Could not be confirmed"),
    VerificationStatus.MALFORMED: _("Please check the code"),
}


@dataclass(frozen=True)
class Answer:
    """`facts` is None for an unknown or malformed code. It holds the name: compare it, never show
    it. `revoked_on`, `revoked_for` and `superseded_number` are set for those two states only,
    `problem` and `length` (the characters that count) for a malformed code."""

    status: VerificationStatus
    facts: CertificateFacts | None = None
    revoked_on: date | None = None
    revoked_for: str = ""
    superseded_number: str = ""
    problem: CodeProblem | None = None
    length: int = 0


UNKNOWN = Answer(VerificationStatus.UNKNOWN)
# Only what speaks of us. Whether a holder did wrong is nobody's business here, and the order not to
# accept the paper is the same (rule R7).
TOLD_REASONS = (
    Certificate.RevocationClass.ISSUED_IN_ERROR,
    Certificate.RevocationClass.KEY_LOST,
)
KNOWN_FIELDS = ("status", "facts", "revoked_at", "revocation_class")
SHA256 = re.compile("[0-9a-f]{64}")


def _known() -> QuerySet[Certificate]:
    """A certificate that is still being prepared has not been handed to anyone."""
    return Certificate.objects.exclude(status=Certificate.Status.PENDING).only(*KNOWN_FIELDS)


_by_code = Prepared(lambda: _known().filter(code=Given("code", CharField()))[:1])
_by_sha256 = Prepared(lambda: _known().filter(sha256=Given("sha256", CharField()))[:1])


def _answer(certificate: Certificate, today: date) -> Answer:
    facts = CertificateFacts.from_json(certificate.facts)
    if certificate.status == Certificate.Status.REVOKED:
        at, reason = certificate.revoked_at, certificate.revocation_class
        return Answer(
            VerificationStatus.REVOKED,
            facts,
            revoked_on=at and at.astimezone(JAPAN).date(),
            revoked_for=reason if reason in TOLD_REASONS else "",
        )
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
    """One statement to the database, whatever the answer."""
    code = fold_code(typed=typed)
    if problem := find_code_problem(typed=typed):
        return Answer(VerificationStatus.MALFORMED, problem=problem, length=len(code))
    certificate = _by_code.first(code=code)
    return _answer(certificate, today) if certificate else UNKNOWN


def verify_sha256(*, sha256: str, today: date) -> Answer:
    """Whoever can name the hash of a file that was issued holds the file."""
    if not SHA256.fullmatch(sha256):
        return UNKNOWN
    certificate = _by_sha256.first(sha256=sha256)
    return _answer(certificate, today) if certificate else UNKNOWN


# 令和8年度 第000123号, R8-123, 8-123, with whatever width, spaces and punctuation, and its symbol:
# 総情活 令和8年度 第000123号. Something must part year and number: 000123 alone is no year 0.
NUMBER = re.compile(
    r"(?P<symbol>.{0,20}?)(?<!\d)\W*(?:令和|R)? ?(?P<year>元|\d{1,2})\D+"
    r"(?P<number>\d{1,9}) ?号?\W*",
    re.IGNORECASE | re.DOTALL,
)
# What is longer is no number, whoever typed it; nobody may keep a process busy with one.
LONGEST = 100
# Copied along with it from the paper's or the page's label.
NUMBER_LABEL = re.compile(r"^\W*(?:修了証?書?の?)?(?:番号|No)[.:\s]*", re.IGNORECASE)
# Nothing of this is in a code.
NUMBER_WORDS = re.compile("令和|年度|第|号")


def _fold_number(typed: str) -> str:
    """With one space for many: the longer the runs, the longer NUMBER would try them all."""
    wide = unicodedata.normalize("NFKC", typed)
    visible = "".join(c for c in wide if unicodedata.category(c) != "Cf")
    return " ".join(visible.split())


def _match_number(typed: str) -> re.Match[str] | None:
    text = _fold_number(typed[:LONGEST])
    if len(text) > LONGEST:
        return None
    return NUMBER.fullmatch(NUMBER_LABEL.sub("", text))


def read_number(*, typed: str) -> tuple[int, int] | None:
    """Fiscal year and number, or None."""
    if not (found := _match_number(typed)):
        return None
    era = 1 if found["year"] == "元" else int(found["year"])
    return (2018 + era, int(found["number"])) if era else None


def _fold_symbol(symbol: str) -> str:
    return re.sub(r"\W", "", _fold_number(symbol)).casefold()


def _read_symbol(typed: str) -> str:
    found = _match_number(typed)
    return _fold_symbol(found["symbol"]) if found else ""


def is_number(*, typed: str) -> bool:
    """Whether someone typed a certificate's number, or a part of one, where a code belongs."""
    is_read = read_number(typed=typed) is not None and not _read_symbol(typed)
    return is_read or bool(NUMBER_WORDS.search(typed))


def verify_number(*, number: str, full_name: str, today: date) -> tuple[Answer, NameMatch]:
    """An unknown number and a name that differs are one and the same answer. Whoever leaves out the
    symbol before a number may mean any template's: the name decides."""
    if not (key := read_number(typed=number)):
        return UNKNOWN, NameMatch.DIFFERENT
    symbol = _read_symbol(number)
    found = _known().filter(fiscal_year=key[0], number=key[1]).order_by("symbol")
    for certificate in found.only("symbol", *KNOWN_FIELDS):
        match = compare_names(typed=full_name, printed=certificate.holder)
        is_meant = not symbol or _fold_symbol(certificate.symbol) == symbol
        if is_meant and match is not NameMatch.DIFFERENT:
            return _answer(certificate, today), match
    return UNKNOWN, NameMatch.DIFFERENT
