"""What a file would change in a question, for the editor's eyes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from training.exchange.drafts import ChoiceDraft, QuestionDraft
from training.exchange.markup import read_text
from training.kinds import get_kind
from training.models import Question

from .question_drafts import name_field


@dataclass(frozen=True)
class FieldChange:
    """Lines that stand on one side only; all of them where only their order changes."""

    label: str
    old: list[str]
    new: list[str]


def list_changes(
    *, before: QuestionDraft, after: QuestionDraft, fields: tuple[str, ...]
) -> list[FieldChange]:
    changes = []
    for name in fields:
        old, new = (list_lines(draft=draft, name=name) for draft in (before, after))
        if name == "stem" and old == new:
            # Other than the words, so only the marks can show it.
            old, new = [before.stem], [after.stem]
        gone = [line for line in old if line not in new]
        come = [line for line in new if line not in old]
        if not gone and not come:
            gone, come = old, new
        changes.append(FieldChange(name_field(name=name), gone, come))
    return changes


def list_lines(*, draft: QuestionDraft, name: str) -> list[str]:
    value = getattr(draft, name)
    describe: dict[str, Callable[[], list[str]]] = {
        "kind": lambda: [str(get_kind(value).label)],
        "stem": lambda: read_text(value).split("\n"),
        "choices": lambda: [describe_choice(choice=c, kind=draft.kind) for c in value],
        "parameters": lambda: describe_parameters(draft=draft),
        "certainty": lambda: [str(Question.Certainty(value).label)],
        "difficulty": lambda: [str(Question.Difficulty(value).label)],
        "tags": lambda: list(value),
        "parts": lambda: list(value),
    }
    lines = describe[name]() if name in describe else describe_value(value=value).split("\n")
    return [line for line in lines if line]


def describe_choice(*, choice: ChoiceDraft, kind: str) -> str:
    words = choice.text
    if choice.match:
        words = f"{words} → {choice.match}"
    if "is_right" in get_kind(kind).choice_fields:
        mark = _("right") if choice.is_right else _("wrong")
        words = f"{mark}: {words}"
    if choice.feedback:
        words = _("%(choice)s (feedback: %(feedback)s)") % {
            "choice": words,
            "feedback": choice.feedback,
        }
    return words


def describe_parameters(*, draft: QuestionDraft) -> list[str]:
    fields = get_kind(draft.kind).parameters.base_fields
    return [
        f"{fields[name].label}: {describe_parameter(field=fields[name], value=value)}"
        for name, value in draft.parameters.items()
        if name in fields
    ]


def describe_parameter(*, field: Any, value: Any) -> str:
    options = {str(each): str(label) for each, label in getattr(field, "choices", ())}
    name = str(value).lower() if isinstance(value, bool) else str(value)
    return options.get(name) or describe_value(value=value)


def describe_value(*, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return str(formats.localize(value, use_l10n=True))
