"""Questions answered by picking from choices."""

from fractions import Fraction
from random import Random
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Kind, Mark, Shown


class ChoiceKind(Kind):
    choice_fields = ("text", "is_right", "feedback")

    def show_choice(self, choice: Any) -> dict[str, Any]:
        return {"key": choice.key, "text": choice.text}

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        choices = list(question.choices.all())
        if shuffle:
            rng.shuffle(choices)
        key = {
            "right": [choice.key for choice in choices if choice.is_right],
            "feedback": {choice.key: choice.feedback for choice in choices if choice.feedback},
        }
        return {"choices": [self.show_choice(choice) for choice in choices]}, key

    def rekey(self, shown: Shown, new_shown: Shown, new_key: Key) -> Key | None:
        """Wrong choices may have come or gone since; the right ones must have been there."""
        on_paper = [choice["key"] for choice in shown["choices"]]
        if not set(new_key["right"]) <= set(on_paper):
            return None
        feedback = new_key["feedback"]
        return new_key | {
            "right": [each for each in on_paper if each in new_key["right"]],
            "feedback": {each: feedback[each] for each in on_paper if each in feedback},
        }

    def mark(self, shown: Shown, key: Key, picked: list[str], fraction: Fraction) -> Mark:
        texts = {choice["key"]: choice["text"] for choice in shown["choices"]}
        return Mark(
            fraction=fraction,
            given=[texts[each] for each in texts if each in picked],
            right=[texts[each] for each in texts if each in key["right"]],
            feedback=[key["feedback"][each] for each in picked if each in key.get("feedback", {})],
        )

    def find_problems(self, question: Any) -> list[str]:
        choices = list(question.choices.all())
        problems = []
        if len(choices) < 2:
            problems.append(_("A choice question needs at least two choices."))
        if any(not choice.text for choice in choices):
            problems.append(_("A choice has no text."))
        texts = [choice.text for choice in choices]
        if len(set(texts)) < len(texts):
            problems.append(_("Two choices have the same text."))
        return problems


class SingleChoice(ChoiceKind):
    name = "single_choice"
    label = gettext_lazy("single choice")
    template = "training/kinds/single_choice.html"

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        picked = data.get(field)
        return picked if any(picked == choice["key"] for choice in shown["choices"]) else None

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        picked = [answer] if answer is not None else []
        return self.mark(shown, key, picked, Fraction(picked == key["right"]))

    def find_problems(self, question: Any) -> list[str]:
        problems = super().find_problems(question)
        if sum(choice.is_right for choice in question.choices.all()) != 1:
            problems.append(_("Mark exactly one choice as right."))
        return problems


class MultipleChoiceParameters(forms.Form):
    partial_credit = forms.BooleanField(
        label=gettext_lazy("Partial credit"),
        required=False,
        help_text=gettext_lazy(
            "Each right choice adds its share, each wrong one takes a share away, never below "
            "zero. Otherwise all right ones and no other must be chosen."
        ),
    )


class MultipleChoice(ChoiceKind):
    """All right ones and no other; or, with partial credit, (right - wrong) / all right ones."""

    name = "multiple_choice"
    label = gettext_lazy("multiple choice")
    template = "training/kinds/multiple_choice.html"
    parameters = MultipleChoiceParameters

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        shown, key = super().freeze(question, rng=rng, shuffle=shuffle)
        return shown, key | {"partial_credit": bool(question.parameters.get("partial_credit"))}

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        picked = set(data.getlist(field))
        return [choice["key"] for choice in shown["choices"] if choice["key"] in picked]

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        picked, right = set(answer or []), set(key["right"])
        fraction = Fraction(picked == right)
        if key.get("partial_credit") and right:
            fraction = max(
                Fraction(len(picked & right) - len(picked - right), len(right)), fraction
            )
            fraction = max(fraction, Fraction(0))
        return self.mark(shown, key, answer or [], fraction)

    def find_problems(self, question: Any) -> list[str]:
        problems = super().find_problems(question)
        if not any(choice.is_right for choice in question.choices.all()):
            problems.append(_("Mark at least one choice as right."))
        return problems
