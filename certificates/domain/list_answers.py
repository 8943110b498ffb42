"""What a row of a town hall's list is answered, in the words of its status column (rule R7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.rendering.era import format_era_date

from .codes import find_code_problem
from .names import NameMatch, compare_names
from .verification import (
    STATES,
    UNKNOWN,
    Answer,
    VerificationStatus,
    read_number,
    verify_code,
    verify_number,
)

TROUBLES = {
    "date": gettext_lazy("The cell holds a date. Please write the number as text."),
    "formula": gettext_lazy("The cell holds a formula without a value. Please write the value."),
    "error": gettext_lazy("The cell holds an error."),
    "long": gettext_lazy("The cell holds too many characters to be a code, a number or a name."),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class RowAnswer:
    """`status` is a value of VerificationStatus, but "malformed", or "specimen"; `state` and `note`
    are words."""

    status: str
    state: str
    note: str = ""


def is_to_look_at(*, answer: Mapping[str, Any]) -> bool:
    """Of a kept RowAnswer: whether somebody should look at its certificate once more."""
    return answer["status"] != VerificationStatus.VALID.value or bool(answer["note"])


def answer_row(*, row: Row, today: date) -> RowAnswer:
    """`row` is one of certificates.lists.reading.read_row."""
    if trouble := row["trouble"]:
        return _unknown(str(TROUBLES[trouble]))
    key, name = row["key"], row["name"]
    if not key:
        return _unknown(_("There is neither a code nor a number."))
    match = None
    if find_code_problem(typed=key) is None:
        answer = verify_code(typed=key, today=today)
        if name and answer.facts:
            match = compare_names(typed=name, printed=answer.facts.full_name)
    elif read_number(typed=key) is None:
        return _unknown(
            _("This is neither a code nor a number with its fiscal year (令和8年度 第000123号).")
        )
    elif not name:
        return _unknown(_("A number is confirmed only together with a name."))
    else:
        answer, match = verify_number(number=key, full_name=name, today=today)
    # No such certificate and a name that differs are one answer.
    if answer.facts is None or match is NameMatch.DIFFERENT:
        return _unknown(
            _("No certificate fits the code or number and the name.")
            if name
            else _("No certificate fits the code.")
        )
    return _describe(answer, match, row)


def _unknown(note: str) -> RowAnswer:
    return RowAnswer(UNKNOWN.status.value, str(STATES[UNKNOWN.status]), note)


def _describe(answer: Answer, match: NameMatch | None, row: Row) -> RowAnswer:
    facts = answer.facts
    assert facts is not None  # noqa: S101 for the type checker: the caller has looked
    notes = []
    if answer.status is VerificationStatus.EXPIRED and facts.expires_on:
        notes.append(_("expired on %(day)s") % {"day": format_era_date(facts.expires_on)})
    if answer.revoked_on:
        notes.append(_("revoked on %(day)s") % {"day": format_era_date(answer.revoked_on)})
    if answer.superseded_number:
        notes.append(_("replaced by %(number)s") % {"number": answer.superseded_number})
    if match is NameMatch.VARIANT:
        notes.append(_("the name is written with other forms of its characters"))
    if match is None:
        notes.append(_("the name was not compared"))
    second = read_number(typed=row["second"])
    if second and second != read_number(typed=facts.number):
        notes.append(_("the number differs from the certificate's"))
    # Whoever filters a table by its valid rows must not find those.
    if facts.is_specimen and answer.status is VerificationStatus.VALID:
        return RowAnswer("specimen", _("Specimen"), _("; ").join(notes))
    return RowAnswer(answer.status.value, str(STATES[answer.status]), _("; ").join(notes))
