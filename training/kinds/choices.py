from fractions import Fraction
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Mark, Shown


def _freeze(question: Any) -> tuple[Shown, Key]:
    choices = list(question.choices.all())
    shown = {"choices": [{"key": choice.key, "text": choice.text} for choice in choices]}
    return shown, {"right": [choice.key for choice in choices if choice.is_right]}


def _mark(shown: Shown, key: Key, picked: list[str]) -> Mark:
    texts = {choice["key"]: choice["text"] for choice in shown["choices"]}
    return Mark(
        fraction=Fraction(set(picked) == set(key["right"])),
        given=[texts[each] for each in texts if each in picked],
        right=[texts[each] for each in texts if each in key["right"]],
    )


class SingleChoice:
    name = "single_choice"
    label = gettext_lazy("single choice")
    template = "training/kinds/single_choice.html"

    def freeze(self, question: Any) -> tuple[Shown, Key]:
        return _freeze(question)

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        picked = data.get(field)
        return picked if any(picked == choice["key"] for choice in shown["choices"]) else None

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        return _mark(shown, key, [answer] if answer is not None else [])

    def find_problems(self, question: Any) -> list[str]:
        choices = list(question.choices.all())
        problems = []
        if len(choices) < 2:
            problems.append(_("A choice question needs at least two choices."))
        if sum(choice.is_right for choice in choices) != 1:
            problems.append(_("Mark exactly one choice as right."))
        return problems


class MultipleChoice:
    """All right ones and no other: the whole point; anything else: none."""

    name = "multiple_choice"
    label = gettext_lazy("multiple choice")
    template = "training/kinds/multiple_choice.html"

    def freeze(self, question: Any) -> tuple[Shown, Key]:
        return _freeze(question)

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        picked = set(data.getlist(field))
        return [choice["key"] for choice in shown["choices"] if choice["key"] in picked]

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        return _mark(shown, key, answer or [])

    def find_problems(self, question: Any) -> list[str]:
        choices = list(question.choices.all())
        problems = []
        if len(choices) < 2:
            problems.append(_("A choice question needs at least two choices."))
        if not any(choice.is_right for choice in choices):
            problems.append(_("Mark at least one choice as right."))
        return problems
