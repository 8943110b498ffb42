from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from django.http import QueryDict

# What a learner may see of a question, and what only the server may: plain JSON, both of them.
Shown = dict[str, Any]
Key = dict[str, Any]
Answer = Any


@dataclass(frozen=True)
class Mark:
    """`fraction` of the question's point, 0 to 1; `given` and `right` are texts to show."""

    fraction: Fraction
    given: list[str]
    right: list[str]


class Kind(Protocol):
    name: str
    label: Any
    # Gets `item` (domain.papers.ItemShown) and draws the controls, named `item.field`.
    template: str

    def freeze(self, question: Any) -> tuple[Shown, Key]:
        """Split a question into what is shown and the key. The first part is sent to learners:
        put in what they need, never the rest minus something."""
        ...

    def read(self, data: QueryDict, field: str, shown: Shown) -> Answer | None:
        """The answer in a posted form, or None where there is none that `shown` allows."""
        ...

    def grade(self, shown: Shown, key: Key, answer: Answer | None) -> Mark: ...

    def find_problems(self, question: Any) -> list[str]:
        """Why the question cannot be asked, in the editor's words."""
        ...
