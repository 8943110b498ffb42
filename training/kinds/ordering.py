from fractions import Fraction
from random import Random
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Kind, Mark, Shown
from .texts import read_text


def shuffle_away(keys: list[str], *, rng: Random) -> list[str]:
    """In an order drawn from `rng`, not the given one. Two may stay as they are: if they never did,
    the other order would always be the answer."""
    shuffled = list(keys)
    rng.shuffle(shuffled)
    # Drawn anew, so that all other orders stay equally likely.
    while shuffled == keys and len(keys) > 2:
        rng.shuffle(shuffled)
    return shuffled


class OrderingParameters(forms.Form):
    partial_credit = forms.BooleanField(
        label=gettext_lazy("Partial credit"),
        required=False,
        help_text=gettext_lazy(
            "Each item in its right place adds its share. Otherwise all must be in place."
        ),
    )


class Ordering(Kind):
    """The choices as the editor ordered them. An answer is {choice key: place, from 1}."""

    name = "ordering"
    label = gettext_lazy("ordering")
    template = "training/kinds/ordering.html"
    choice_fields = ("text",)
    parameters = OrderingParameters

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        texts = {choice.key: choice.text for choice in question.choices.all()}
        order = list(texts)
        shown = [{"key": key, "text": texts[key]} for key in shuffle_away(order, rng=rng)]
        partial = bool(question.parameters.get("partial_credit"))
        return {"choices": shown}, {"order": order, "partial_credit": partial}

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        keys = [choice["key"] for choice in shown["choices"]]
        places = {str(place): place for place in range(1, len(keys) + 1)}
        typed = {key: read_text(data, f"{field}-{key}", limit=3) for key in keys}
        if all(text is None for text in typed.values()):
            return None
        return {key: places[text] for key, text in typed.items() if text in places}

    def find_error(self, shown: Shown, answer: Answer) -> str:
        if len(set(answer.values())) < len(answer):
            return _("Two items have the same place.")
        if len(answer) < len(shown["choices"]):
            return _("An item has no place yet.")
        return ""

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        given = answer or {}
        texts = {choice["key"]: choice["text"] for choice in shown["choices"]}
        order = [each for each in key["order"] if each in texts]
        hits = sum(given.get(each) == place for place, each in enumerate(order, start=1))
        fraction = Fraction(hits, len(order)) if order else Fraction(0)
        if not key.get("partial_credit"):
            fraction = Fraction(fraction == 1)
        placed = sorted((each for each in texts if each in given), key=given.__getitem__)
        return Mark(
            fraction=fraction,
            given=[f"{given[each]}. {texts[each]}" for each in placed],
            right=[f"{place}. {texts[each]}" for place, each in enumerate(order, start=1)],
            hits=[order[given[each] - 1 : given[each]] == [each] for each in placed],
            is_all_or_nothing=not key.get("partial_credit"),
        )

    def find_problems(self, question: Any) -> list[str]:
        texts = [choice.text for choice in question.choices.all()]
        problems = []
        if len(texts) < 2:
            problems.append(_("An ordering question needs at least two items."))
        if not all(texts):
            problems.append(_("An item has no text."))
        if len(set(texts)) < len(texts):
            problems.append(_("Two items have the same text."))
        return problems
