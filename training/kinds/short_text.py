from fractions import Fraction
from random import Random
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Kind, Mark, Shown
from .texts import fold_text, read_text

# As long as a wording may be.
MAX_LENGTH = 300


class ShortText(Kind):
    """A typed word. The choices are wordings: accepted ones, and wrong ones to say something
    about. An answer is the text as it was typed."""

    name = "short_text"
    label = gettext_lazy("short text")
    template = "training/kinds/short_text.html"
    choice_fields = ("text", "is_right", "feedback")

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        return {}, {
            "wordings": [
                {"text": choice.text, "is_right": choice.is_right, "feedback": choice.feedback}
                for choice in question.choices.all()
            ]
        }

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        return read_text(data, field, limit=MAX_LENGTH)

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        folded = fold_text(answer or "")
        found = [each for each in key["wordings"] if folded and fold_text(each["text"]) == folded]
        return Mark(
            fraction=Fraction(any(each["is_right"] for each in found)),
            given=[answer] if answer else [],
            right=[each["text"] for each in key["wordings"] if each["is_right"]],
            feedback=[each["feedback"] for each in found if each.get("feedback")],
        )

    def find_problems(self, question: Any) -> list[str]:
        choices = list(question.choices.all())
        accepted = {fold_text(choice.text) for choice in choices if choice.is_right}
        wrong = {fold_text(choice.text) for choice in choices if not choice.is_right}
        problems = []
        if not accepted - {""}:
            problems.append(_("Give at least one accepted wording."))
        if "" in accepted | wrong:
            problems.append(_("A wording has no text."))
        if accepted & wrong - {""}:
            problems.append(_("A wording is both accepted and wrong."))
        return problems
