from random import Random
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import Answer, Key, Kind, Mark, Shown


class Scenario(Kind):
    """One case, told in the stem, and several questions about it. It is never graded itself: its
    parts stand in the paper, each with the case above it."""

    name = "scenario"
    label = gettext_lazy("scenario with several questions")
    template = ""

    def expand(self, question: Any) -> list[Any]:
        return [part.question for part in question.parts.all()]

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        raise NotImplementedError

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        raise NotImplementedError

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark:
        raise NotImplementedError

    def find_problems(self, question: Any) -> list[str]:
        parts = self.expand(question)
        problems = []
        if not parts:
            problems.append(_("A scenario needs at least one question."))
        if any(part.kind == self.name for part in parts):
            problems.append(_("A scenario cannot hold another scenario."))
        return problems
