import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Kind, Mark, Shown
from .numerals import EXACT, MAX_LENGTH, read_number
from .texts import read_text

# After a number: a digit that is no part of a unit like m2, or an exponent.
NO_UNIT = re.compile(r"(?<![^\W\d_])\d|^[eE][-+−]?\d")


def fold_unit(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip("。.、,")


def read_quantity(text: str, *, units: list[str]) -> Decimal | None:
    """The number, if what follows it is nothing or one of the units: the longest, as 千円 may be
    the unit of what would else be thousands of 円."""
    allowed = {fold_unit(unit) for unit in units} | {""}
    for end in range(1, len(text) + 1):
        number = read_number(text[:end])
        if number is not None and fold_unit(text[end:]) in allowed:
            return number
    return None


class NumberField(forms.CharField):
    """A number, taken as learners may type it and kept as a plain one in a str."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_LENGTH, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return "0"
        number = read_number(text)
        if number is None:
            raise ValidationError(_("Please write a number, for example 1200 or 3.5."))
        return format(number, "f")


class UnitsField(forms.CharField):
    """Several units in one line, kept as a list."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        parts = re.split("[、，,]", super().clean(value))
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


class NumericParameters(forms.Form):
    value = NumberField(label=gettext_lazy("Right number"))
    tolerance = NumberField(
        label=gettext_lazy("Tolerance"),
        required=False,
        initial="0",
        help_text=gettext_lazy("What differs by no more than this is right too."),
    )
    units = UnitsField(
        label=gettext_lazy("Units"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Units that mean the same, separated by commas, for example 人、名. The first one is "
            "shown. A learner may leave the unit out; another unit is wrong. Empty: no unit is "
            "taken."
        ),
    )

    def clean_tolerance(self) -> str:
        tolerance = self.cleaned_data["tolerance"]
        if Decimal(tolerance) < 0:
            raise ValidationError(_("The tolerance cannot be less than 0."))
        return tolerance


class Numeric(Kind):
    """A typed number. An answer is the text as it was typed."""

    name = "numeric"
    label = gettext_lazy("numeric answer")
    template = "training/kinds/numeric.html"
    parameters = NumericParameters

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        parameters = question.parameters
        units = list(parameters.get("units") or [])
        return {"unit": units[0] if units else ""}, {
            "value": str(parameters["value"]),
            "tolerance": str(parameters.get("tolerance") or "0"),
            "units": units,
        }

    def rekey(self, shown: Shown, new_shown: Shown, new_key: Key) -> Key | None:
        """A unit that was shown must still be one: 1200 千円 is not 1200 円."""
        return new_key if shown.get("unit", "") in ("", *new_key["units"]) else None

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        return read_text(data, field, limit=MAX_LENGTH)

    def find_error(self, shown: Shown, answer: Answer) -> str:
        ends = range(len(answer), 0, -1)
        end = next((end for end in ends if read_number(answer[:end]) is not None), 0)
        rest = fold_unit(answer[end:])
        if not end or NO_UNIT.search(rest):
            return _("Please write a number, for example 1200 or 3.5.")
        if rest and not shown.get("unit"):
            return _("Please write only a number, without a unit.")
        return ""

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        units = key.get("units", [])
        given = read_quantity(answer or "", units=units)
        right = read_number(key["value"])
        tolerance = read_number(key.get("tolerance", "0")) or Decimal(0)
        is_right = (
            given is not None
            and right is not None
            and EXACT.abs(EXACT.subtract(given, right)) <= tolerance
        )
        text = key["value"] + (units[0] if units else "")
        if tolerance:
            text = _("%(answer)s (up to %(tolerance)s more or less is right)") % {
                "answer": text,
                "tolerance": key["tolerance"],
            }
        return Mark(fraction=Fraction(is_right), given=[answer] if answer else [], right=[text])

    def find_problems(self, question: Any) -> list[str]:
        parameters = question.parameters
        problems = []
        if read_number(str(parameters.get("value", ""))) is None:
            problems.append(_("The right number is missing or cannot be read."))
        tolerance = read_number(str(parameters.get("tolerance") or "0"))
        if tolerance is None or tolerance < 0:
            problems.append(_("The tolerance must be a number, 0 or more."))
        units = parameters.get("units") or []
        if not (isinstance(units, list) and all(isinstance(u, str) and u.strip() for u in units)):
            problems.append(_("The units cannot be read."))
        return problems
