from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

# What a learner may see of a question, and what only the server may: plain JSON, both of them.
Shown = dict[str, Any]
Key = dict[str, Any]
Answer = Any


@dataclass(frozen=True)
class Mark:
    """`fraction` of the question's point, 0 to 1; `given`, `right` and `feedback` are texts. `hits`
    and `pictures` are for the lines of `given`, or empty; `is_all_or_nothing` where some lines
    may be right without any point."""

    fraction: Fraction
    given: list[str]
    right: list[str]
    feedback: list[str] = field(default_factory=list)
    hits: list[bool] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)
    is_all_or_nothing: bool = False


def index_choices(shown: Any) -> dict[str, dict[str, Any]]:
    """Whatever in `shown` has a "key" or an "id", by it."""
    if isinstance(shown, list):
        return {key: each for part in shown for key, each in index_choices(part).items()}
    if isinstance(shown, dict):
        own = {shown[name]: shown for name in ("key", "id") if name in shown}
        return own | index_choices(list(shown.values()))
    return {}


class NoParameters(forms.Form):
    """Of a kind that needs nothing beside its choices."""


class Kind(ABC):
    """A kind of question: what the editor fills in, what the learner sees, and how it is graded."""

    name: ClassVar[str]
    label: ClassVar[Any]
    # Gets `item` (domain.papers.ItemShown) and draws the controls, named or prefixed `item.field`.
    template: ClassVar[str]
    # The columns of Choice that the editor fills in.
    choice_fields: ClassVar[tuple[str, ...]] = ()
    # What else the editor fills in; its cleaned data, as JSON, is `question.parameters`.
    parameters: ClassVar[type[forms.Form]] = NoParameters

    def expand(self, question: Any) -> list[Any]:
        """The questions that are asked where this one stands in a quiz."""
        return [question]

    @abstractmethod
    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[Shown, Key]:
        """Split a question into what is shown and the key. The first part is sent to learners:
        put in what they need, never the rest minus something. An order that would give the answer
        away is drawn from `rng` whether or not choices are to be shuffled."""

    @abstractmethod
    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        """The answer in a posted form, or None where there is none that `shown` allows."""

    def find_error(self, shown: Shown, answer: Answer) -> str:
        """Why the answer cannot be right as it was written, in the learner's words, without a hint
        at the key; "" if nothing speaks against it."""
        return ""

    @abstractmethod
    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark: ...

    def rekey(self, shown: Shown, new_shown: Shown, new_key: Key) -> Key | None:
        """The mended key of a question for a paper that showed it as it was, or None where the
        paper cannot be graded by it. `new_shown` and `new_key` are what `freeze` makes of the
        question now. An answer is never read anew: what a choice is called on the paper is what
        the learner chose.

        Unless a kind knows better, the paper must show the very same choices, in any order, and
        the same words beside them, such as a unit."""
        beside, new_beside = (
            {name: part for name, part in each.items() if isinstance(part, str)}
            for each in (shown, new_shown)
        )
        same = index_choices(shown).keys() == index_choices(new_shown).keys()
        return new_key if same and beside == new_beside else None

    @abstractmethod
    def find_problems(self, question: Any) -> list[str]:
        """Why the question cannot be asked, in the editor's words."""
