"""Questions as drafts (training/exchange), and drafts as questions."""

from collections.abc import Mapping
from hashlib import sha256
from itertools import count
from json import dumps

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.exchange.drafts import (
    ChoiceDraft,
    QuestionDraft,
    Refused,
    clean_line,
    clean_lines,
    clean_tags,
    tidy_parameters,
)
from training.exchange.markup import clean_html
from training.kinds import get_kind
from training.models import Choice, Question, ScenarioPart

# Copied from draft to question as they are.
PLAIN_FIELDS = (
    "kind",
    "explanation",
    "source",
    "source_url",
    "certainty",
    "as_of",
    "review_by",
    "difficulty",
)
PREFETCHED = ("choices", "parts__question", "tagged_items__tag")


class NotDraftable(Exception):
    """The question holds what no file can; the message is for the editor."""


def make_key(*, draft: QuestionDraft) -> str:
    """The same question gets the same key each time it is imported."""
    choices = [(each.text, each.is_right, each.match) for each in draft.choices]
    told = [draft.kind, draft.stem, choices, dict(draft.parameters), draft.parts]
    return f"import-{sha256(dumps(told, sort_keys=True).encode()).hexdigest()[:20]}"


def make_draft(*, question: Question) -> QuestionDraft:
    """Raises NotDraftable."""
    if any(block.block_type != "text" for block in question.stem):
        raise NotDraftable(_("Its text holds a table or a figure."))
    html = "".join(block.value.source for block in question.stem)
    if "linktype=" in html or "<embed" in html:
        raise NotDraftable(_("Its text holds a link to a page or document of this site."))
    if any(choice.image_id for choice in question.choices.all()):
        raise NotDraftable(_("Its choices hold pictures."))
    try:
        stem = clean_html(html)
    except Refused as refusal:
        raise NotDraftable(str(refusal)) from refusal
    return QuestionDraft(
        key=question.key,
        kind=question.kind,
        stem=stem,
        choices=tuple(
            ChoiceDraft(
                text=clean_line(choice.text),
                is_right=choice.is_right,
                match=clean_line(choice.match),
                feedback=clean_line(choice.feedback),
            )
            for choice in question.choices.all()
        ),
        parameters=tidy_parameters(kind=question.kind, parameters=question.parameters),
        explanation=clean_lines(question.explanation),
        source=clean_line(question.source),
        source_url=question.source_url,
        certainty=question.certainty,
        as_of=question.as_of,
        review_by=question.review_by,
        difficulty=question.difficulty,
        tags=clean_tags(item.tag.name for item in question.tagged_items.all()),
        parts=tuple(part.question.key for part in question.parts.all()),
    )


def fill_question(
    *,
    question: Question,
    draft: QuestionDraft,
    fields: frozenset[str],
    parts: Mapping[str, Question],
) -> None:
    """Take over what the file speaks of; nothing is saved. `parts` holds the questions by key."""
    for name in PLAIN_FIELDS:
        if name in fields:
            setattr(question, name, getattr(draft, name))
    if "stem" in fields:
        question.stem = [("text", draft.stem)]
    if "parameters" in fields:
        question.parameters = tidy_parameters(kind=draft.kind, parameters=draft.parameters)
    if "choices" in fields:
        question.choices = list_choices(question=question, drafts=draft.choices)
    if "parts" in fields:
        kept = {part.question.key: part for part in question.parts.all()}
        question.parts = [kept.get(key) or ScenarioPart(question=parts[key]) for key in draft.parts]
        for order, part in enumerate(question.parts.all()):
            part.sort_order = order


def list_choices(*, question: Question, drafts: tuple[ChoiceDraft, ...]) -> list[Choice]:
    """Choices keep their keys, which records and statistics point at: first whoever has the same
    words, wherever it stands now, then whoever stands in the same place."""
    old = list(question.choices.all())
    kept: dict[int, Choice] = {}
    for place, draft in enumerate(drafts):
        same = [
            c for c in old if (clean_line(c.text), clean_line(c.match)) == (draft.text, draft.match)
        ]
        if same:
            kept[place] = same[0]
            old.remove(same[0])
    places = {choice: place for place, choice in enumerate(question.choices.all())}
    for choice in old:
        place = places[choice]
        if place < len(drafts) and place not in kept:
            kept[place] = choice
    choices = []
    for place, draft in enumerate(drafts):
        choice = kept.get(place) or Choice()
        choice.text, choice.is_right = draft.text, draft.is_right
        choice.match, choice.feedback = draft.match, draft.feedback
        choice.sort_order = place
        choices.append(choice)
    return choices


def find_draft_problems(*, question: Question, draft: QuestionDraft) -> list[str]:
    """Why a question filled in from a draft cannot be kept, even as a draft of this site."""
    try:
        # An editor may still write the explanation; the database would refuse the rest.
        question.full_clean(
            exclude={"explanation"}, validate_unique=False, validate_constraints=False
        )
        for number, choice in zip(count(1), question.choices.all()):
            clean_choice(choice=choice, number=number)
    except ValidationError as error:
        return describe_error(error=error)
    if any(len(tag) > 100 for tag in draft.tags):
        return [_("A tag is longer than 100 characters.")]
    return get_kind(question.kind).find_problems(question)


def clean_choice(*, choice: Choice, number: int) -> None:
    try:
        choice.clean_fields(exclude={"question"})
    except ValidationError as error:
        raise ValidationError(
            [
                _("Choice %(number)s: %(problem)s") % {"number": number, "problem": problem}
                for problem in describe_error(error=error)
            ]
        ) from error


def describe_error(*, error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    described = []
    for name, problems in error.message_dict.items():
        label = name_field(name=name)
        described += [f"{label}: {problem}" if label else problem for problem in problems]
    return described


def name_field(*, name: str) -> str:
    """As the editor knows it."""
    names = {"choices": _("choices"), "parts": _("questions of the scenario"), "tags": _("tags")}
    if name in names:
        return names[name]
    for model in (Question, Choice):
        for field in model._meta.concrete_fields:
            if field.name == name:
                return str(field.verbose_name)
    return ""
