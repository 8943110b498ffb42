from fractions import Fraction
from random import Random
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Kind, Mark, Shown


class TrueFalseParameters(forms.Form):
    statement_is_true = forms.TypedChoiceField(
        label=gettext_lazy("The statement is"),
        choices=[("true", gettext_lazy("True")), ("false", gettext_lazy("False"))],
        coerce=lambda value: value == "true",
        widget=forms.RadioSelect,
    )


class TrueFalse(Kind):
    name = "true_false"
    label = gettext_lazy("true or false")
    template = "training/kinds/true_false.html"
    parameters = TrueFalseParameters

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        return {}, {"right": question.parameters["statement_is_true"]}

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        return {"true": True, "false": False}.get(data.get(field, ""))

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        words = {True: _("True"), False: _("False")}
        return Mark(
            fraction=Fraction(answer is key["right"]),
            given=[words[answer]] if answer is not None else [],
            right=[words[key["right"]]],
        )

    def find_problems(self, question: Any) -> list[str]:
        if not isinstance(question.parameters.get("statement_is_true"), bool):
            return [_("Say whether the statement is true.")]
        return []
