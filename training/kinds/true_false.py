from fractions import Fraction
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Mark, Shown


class TrueFalse:
    name = "true_false"
    label = gettext_lazy("true or false")
    template = "training/kinds/true_false.html"

    def freeze(self, question: Any) -> tuple[Shown, Key]:
        return {}, {"right": question.statement_is_true}

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
        if question.statement_is_true is None:
            return [_("Say whether the statement is true.")]
        return []
