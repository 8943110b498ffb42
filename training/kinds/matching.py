import hashlib
from fractions import Fraction
from random import Random
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Kind, Mark, Shown
from .ordering import shuffle_away
from .texts import read_text


def identify(match: str) -> str:
    """Of the text alone, which is shown anyway, so that it tells nothing about pairs. The same in
    every paper, so that a mended key fits one frozen earlier."""
    return hashlib.sha256(match.encode()).hexdigest()[:12]


class MatchingParameters(forms.Form):
    partial_credit = forms.BooleanField(
        label=gettext_lazy("Partial credit"),
        required=False,
        help_text=gettext_lazy("Each right pair adds its share. Otherwise all must be right."),
    )


class Matching(Kind):
    """Choices with a text and its match. Several may share a match; one without a text only adds
    its match to the options. An answer is {choice key: id of a match}."""

    name = "matching"
    label = gettext_lazy("matching")
    template = "training/kinds/matching.html"
    choice_fields = ("text", "match")
    parameters = MatchingParameters

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        choices = list(question.choices.all())
        lefts = [choice for choice in choices if choice.text]
        if shuffle:
            rng.shuffle(lefts)
        # Those of the pairs first, in the order of the texts as shown: what must not be seen.
        rows = lefts + [choice for choice in choices if not choice.text]
        texts = {identify(match): match for row in rows if (match := row.match.strip())}
        aligned = list(texts)
        shown = {
            "choices": [{"key": choice.key, "text": choice.text} for choice in lefts],
            "matches": [
                {"id": each, "text": texts[each]} for each in shuffle_away(aligned, rng=rng)
            ],
        }
        return shown, {
            "pairs": {choice.key: identify(choice.match.strip()) for choice in lefts},
            "partial_credit": bool(question.parameters.get("partial_credit")),
        }

    def rekey(self, shown: Shown, new_shown: Shown, new_key: Key) -> Key | None:
        """The same texts on the left, and every match of the new key among the options."""
        ids = {match["id"] for match in shown["matches"]}
        lefts = {choice["key"] for choice in shown["choices"]}
        fits = new_key["pairs"].keys() == lefts and set(new_key["pairs"].values()) <= ids
        return new_key if fits else None

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        ids = {match["id"] for match in shown["matches"]}
        picked = {
            choice["key"]: read_text(data, f"{field}-{choice['key']}", limit=20)
            for choice in shown["choices"]
        }
        if all(each is None for each in picked.values()):
            return None
        return {key: each for key, each in picked.items() if each in ids}

    def find_error(self, shown: Shown, answer: Answer) -> str:
        if len(answer) < len(shown["choices"]):
            return _("Something has no match yet.")
        return ""

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        given = answer or {}
        matches = {match["id"]: match["text"] for match in shown["matches"]}
        pairs = key["pairs"]
        lefts = [choice for choice in shown["choices"] if choice["key"] in pairs]
        hits = sum(given.get(left["key"]) == pairs[left["key"]] for left in lefts)
        fraction = Fraction(hits, len(lefts)) if lefts else Fraction(0)
        if not key.get("partial_credit"):
            fraction = Fraction(fraction == 1)

        def tell(pairs: dict[str, str]) -> list[str]:
            return [
                f"{left['text']} → {matches[pairs[left['key']]]}"
                for left in shown["choices"]
                if pairs.get(left["key"]) in matches
            ]

        return Mark(
            fraction=fraction,
            given=tell(given),
            right=tell(pairs),
            hits=[
                given[left["key"]] == pairs.get(left["key"])
                for left in shown["choices"]
                if given.get(left["key"]) in matches
            ],
            is_all_or_nothing=not key.get("partial_credit"),
        )

    def find_problems(self, question: Any) -> list[str]:
        choices = list(question.choices.all())
        lefts = [choice.text for choice in choices if choice.text]
        matches = [choice.match.strip() for choice in choices]
        problems = []
        if len(lefts) < 2:
            problems.append(_("A matching question needs at least two pairs."))
        if not all(matches):
            problems.append(_("Something has no match."))
        if len(set(lefts)) < len(lefts):
            problems.append(_("Two texts to be matched are the same."))
        if len(set(matches)) < 2:
            problems.append(_("There is only one match to choose from."))
        return problems
