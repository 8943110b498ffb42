"""A kind of question that training has never heard of: to be answered with a secret word."""

from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from training import kinds
from training.kinds import Kind, Mark

TEMPLATES = Path(__file__).parent / "templates"


class Toy(Kind):
    name = "toy"
    label = "toy"
    template = "toy/toy.html"

    def freeze(self, question, *, rng, shuffle):
        return {"size": len(question.parameters["secret"])}, {
            "secret": question.parameters["secret"]
        }

    def read(self, data, field, shown):
        return data.get(field, "")[: shown["size"]] or None

    def find_error(self, shown, answer):
        return "too short" if len(answer) < shown["size"] else ""

    def grade(self, shown, key, answer):
        return Mark(
            fraction=Fraction(answer == key["secret"]),
            given=[answer] if answer else [],
            right=[key["secret"]],
        )

    def find_problems(self, question):
        return [] if question.parameters.get("secret") else ["no secret"]


@contextmanager
def registered_toy(settings):
    """`settings` is pytest-django's fixture, which puts the templates' folder back afterwards."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], TEMPLATES]}, *settings.TEMPLATES[1:]]
    kinds.register_kind(Toy())
    try:
        yield
    finally:
        del kinds._kinds["toy"]
