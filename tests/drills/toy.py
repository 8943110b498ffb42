"""A kind of question as a host site might add one."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from random import Random
from typing import Any

from django.http import QueryDict
from django.template import Template

from training import kinds
from training.kinds import Kind, Mark


class Toy(Kind):
    name = "toy"
    label = "toy"

    @property
    def template(self) -> Template:
        return Template('<input name="{{ item.field }}" value="{{ item.answer|default:"" }}">')

    def freeze(self, question: Any, *, rng: Random, shuffle: bool) -> tuple[dict, dict]:
        return {}, {"word": question.parameters["word"]}

    def read(self, data: QueryDict, field: str, shown: dict) -> str | None:
        return data.get(field)

    def grade(self, shown: dict, key: dict, answer: str | None) -> Mark:
        given = [answer] if answer else []
        return Mark(fraction=Fraction(answer == key["word"]), given=given, right=[key["word"]])

    def find_problems(self, question: Any) -> list[str]:
        return []


@contextmanager
def registered_toy() -> Iterator[None]:
    kinds.register_kind(Toy())
    try:
        yield
    finally:
        del kinds._kinds[Toy.name]
