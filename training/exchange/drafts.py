"""What every format is read into and written from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.utils.translation import gettext as _

MAX_BYTES = 5 * 1024 * 1024
MAX_QUESTIONS = 5_000
MAX_ANSWERS = 200

# Their parameters say whether a part of the point is given for a part of the answer.
KINDS_WITH_PARTIAL_CREDIT = ("multiple_choice", "ordering", "matching")

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SPACING = " \t\n\r\f"
SPACES = re.compile(r"[ \t\n\r\f]+")
KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")


class Unreadable(Exception):
    """The file as a whole cannot be read; the message is for the editor."""


class Refused(Exception):
    """A question cannot be taken over as it is; the message is for the editor."""


@dataclass(frozen=True)
class ChoiceDraft:
    text: str = ""
    is_right: bool = False
    match: str = ""
    feedback: str = ""


@dataclass(frozen=True)
class QuestionDraft:
    """A question outside the database. `stem` is canonical HTML (see markup.py); `parts` are the
    keys of a scenario's questions. Choices have no key here: which choice of a question is meant is
    found by its text, then by its place."""

    kind: str
    stem: str
    key: str = ""
    choices: tuple[ChoiceDraft, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    explanation: str = ""
    source: str = ""
    source_url: str = ""
    certainty: str = "primary"
    as_of: date | None = None
    review_by: date | None = None
    difficulty: str = "medium"
    tags: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


ALL_FIELDS = frozenset(QuestionDraft.__dataclass_fields__) - {"key"}
# What a question is asked and graded by: every format says it.
CORE_FIELDS = frozenset({"kind", "stem", "choices", "parameters"})


@dataclass(frozen=True)
class Found:
    """One place in a file. Without a draft the problems say why it is refused; beside a draft they
    say what was left behind. `fields` are those of the draft that the file speaks of: the others
    stay as they are when the question exists already."""

    place: str
    draft: QuestionDraft | None
    problems: tuple[str, ...] = ()
    fields: frozenset[str] = ALL_FIELDS


@dataclass(frozen=True)
class LeftOut:
    """A question that an export could not take, and why."""

    key: str
    reason: str


def clean_line(text: object) -> str:
    """One line of text without control characters. Full-width spaces are text, not spacing."""
    return SPACES.sub(" ", CONTROL.sub("", str(text))).strip(" ")


def clean_lines(text: object) -> str:
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean_line(line) for line in lines).strip("\n")


def clean_key(text: object) -> str:
    """The key if the text can be one, else nothing."""
    key = clean_line(text)
    return key if KEY.fullmatch(key) else ""


def clean_tags(tags: Iterable[object]) -> tuple[str, ...]:
    """Tags have no order."""
    return tuple(sorted({clean_line(tag) for tag in tags} - {""}))


def tidy_parameters(*, kind: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What the kind knows of, with its defaults: so that saying a default changes nothing."""
    if kind in KINDS_WITH_PARTIAL_CREDIT:
        return {"partial_credit": bool(parameters.get("partial_credit"))}
    if kind == "true_false":
        return {"statement_is_true": parameters.get("statement_is_true")}
    if kind == "numeric":
        return {
            "value": tidy_number(parameters.get("value", "")),
            "tolerance": tidy_number(parameters.get("tolerance") or "0"),
            "units": list(parameters.get("units") or []),
        }
    return {}


def tidy_number(text: object) -> str:
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return str(text)
    return write_decimal(number) if abs(number.adjusted()) < 50 else str(text)


def write_decimal(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def refuse_format() -> NoReturn:
    raise Unreadable(
        _(
            "This format cannot be read. Please choose an Excel workbook (.xlsx), GIFT, "
            "Moodle XML, or QTI 2.1 or 2.2."
        )
    )


def check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than 5 MB."))


def check_answers(count: int) -> None:
    if count > MAX_ANSWERS:
        raise Refused(_("It has more than 200 answers."))


def check_count(count: int) -> None:
    if count > MAX_QUESTIONS:
        raise Unreadable(_("The file holds more than 5,000 questions. Please divide it."))
