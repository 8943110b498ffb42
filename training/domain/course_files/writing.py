"""Pages, questions and quizzes of this site, filled in from what a course file says of them."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from taggit.models import Tag
from wagtail.fields import StreamField

from training.domain.question_drafts import clean_choice, describe_error
from training.kinds import all_kinds, get_kind
from training.models import Choice, Question, Quiz, QuizDraw, QuizQuestion, ScenarioPart

from .blocks import Cleaner, Inward, Malformed, find_errors, says_something, walk
from .contents import CHOICE_FIELDS, QUESTION_FIELDS, QUIZ_FIELDS, name_fields, tidy


class Refused(Exception):
    """`problems` are sentences for the editor."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def clean_stream(*, stream: StreamField, raw: Any, cleaner: Cleaner) -> Any:
    """What the editor would keep of it. Raises Refused."""
    try:
        return walk(stream.stream_block, raw, cleaner)
    except Malformed as error:
        raise Refused([str(error.at(stream.verbose_name))]) from error


def clean_fields(*, model: Any, fields: Mapping[str, Any], cleaner: Cleaner) -> Any:
    """The fields of a page as this site would keep them. Raises Refused."""
    if fields.keys() != set(name_fields(model)):
        odd = ", ".join(sorted(fields.keys() ^ set(name_fields(model))))
        raise Refused([_("This site knows other fields (%(names)s).") % {"names": odd[:100]}])
    cleaned = {}
    for name, value in fields.items():
        model_field = model._meta.get_field(name)
        if isinstance(model_field, StreamField):
            cleaned[name] = clean_stream(stream=model_field, raw=value, cleaner=cleaner)
        else:
            cleaned[name] = value
    return cleaned


def fill_page(*, page: Any, fields: Mapping[str, Any], inward: Inward) -> None:
    """With cleaned fields; nothing is saved. Raises Refused with all that is wrong."""
    problems = []
    for name, value in fields.items():
        model_field = page._meta.get_field(name)
        try:
            setattr(page, name, read_value(model_field, value, page, inward))
        except (ValidationError, Malformed) as error:
            problems += [f"{model_field.verbose_name}: {text}" for text in _say(error)]
    if problems:
        raise Refused(problems)


def _say(error: ValidationError | Malformed) -> list[str]:
    return [str(error)] if isinstance(error, Malformed) else list(error.messages)


def read_value(model_field: Any, value: Any, instance: Any, inward: Inward) -> Any:
    """Raises ValidationError, Malformed."""
    if isinstance(model_field, StreamField):
        raw = walk(model_field.stream_block, value, inward)
        if errors := find_errors(model_field.stream_block, raw):
            raise ValidationError(errors)
        return model_field.to_python(json.dumps(raw))
    if isinstance(value, list | dict) or (value is None and not model_field.null):
        raise ValidationError(_("is not as expected"))
    if value == "" and model_field.empty_strings_allowed and not model_field.blank:
        # A draft may leave it open, but for the title.
        if model_field.name == "title":
            raise ValidationError(_("is missing"))
        return value
    kept = model_field.clean(value, instance)
    if type(kept) is not type(value) and not hasattr(kept, "isoformat"):
        raise ValidationError(_("is not as expected"))
    return kept


def find_parameters(*, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Refused."""
    known = get_kind(kind).parameters.base_fields
    if told.keys() - known.keys() or any(
        not isinstance(each, str | bool | int | None)
        for value in told.values()
        for each in (value if isinstance(value, list) else [value])
    ):
        raise Refused([_("The details of the kind are not as expected.")])
    return tidy(kind, told)


def fill_question(
    *,
    question: Question,
    told: Mapping[str, Any],
    inward: Inward,
    modules: Mapping[str, int],
    parts: Mapping[str, Question],
) -> list[str]:
    """Nothing is saved. Returns why it could not be asked yet, as a draft may be. Raises
    Refused."""
    problems = []
    for name in QUESTION_FIELDS:
        model_field = question._meta.get_field(name)
        try:
            setattr(question, name, model_field.to_python(told[name]))
        except ValidationError as error:
            problems += [f"{model_field.verbose_name}: {text}" for text in error.messages]
    stream = question._meta.get_field("stem")
    try:
        question.stem = read_value(stream, told["stem"], question, inward)
    except (ValidationError, Malformed) as error:
        problems += _say(error)
    key = told["passage_module"]
    if key in modules:
        question.passage_module_id = modules[key]
    elif question.passage_module_id in modules.values():
        question.passage_module = None
    if missing := [part for part in told["parts"] if part not in parts]:
        raise Refused([_("There is no question “%(key)s” for the scenario.") % {"key": missing[0]}])
    if problems:
        raise Refused(problems)
    _fill_choices(question, told["choices"], inward)
    kept = {part.question.key: part for part in question.parts.all()}
    question.parts = [
        kept.get(part) or ScenarioPart(question=parts[part]) for part in told["parts"]
    ]
    for order, part in enumerate(question.parts.all()):
        part.sort_order = order
    question.tags.clear()
    question.tags.add(*told["tags"])
    return _check_question(question, told, problems)


def _fill_choices(question: Question, rows: list[dict[str, Any]], inward: Inward) -> None:
    old = {choice.key: choice for choice in question.choices.all()}
    choices = []
    for order, row in enumerate(rows):
        choice = old.get(row["key"]) or Choice()
        for name in CHOICE_FIELDS:
            setattr(choice, name, row[name])
        if row["image"] and row["image"] not in inward.media:
            raise Refused([_("The file names something that it does not hold.")])
        choice.image_id = inward.media[row["image"]] if row["image"] else None
        choice.sort_order = order
        choices.append(choice)
    question.choices = choices


def _check_question(question: Question, told: Mapping[str, Any], problems: list[str]) -> list[str]:
    try:
        open_yet = {"explanation", "stem", "passage_module"}
        question.full_clean(exclude=open_yet, validate_unique=False, validate_constraints=False)
        for number, choice in enumerate(question.choices.all(), start=1):
            clean_choice(choice=choice, number=number)
        gaps = get_kind(question.kind).find_problems(question)
        if not any(
            each["type"] != "text" or says_something(each["value"]) for each in told["stem"]
        ):
            gaps = [_("The question has no text."), *gaps]
    except ValidationError as error:
        raise Refused([*problems, *describe_error(error=error)]) from error
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refused([_("The details of the kind are not as expected.")]) from error
    if any(not 0 < len(tag) <= 100 for tag in told["tags"]):
        problems.append(_("A tag is longer than 100 characters."))
    if problems:
        raise Refused(problems)
    return gaps


def is_known_kind(name: str) -> bool:
    return name in {kind.name for kind in all_kinds()}


def clean_quiz(told: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Refused."""
    names = [draw["tag"] for draw in told["draws"]]
    if len(set(told["questions"])) < len(told["questions"]) or len(set(names)) < len(names):
        raise Refused([_("A quiz asks something twice.")])
    if any(not 0 < len(name) <= 100 for name in names) or any(
        not 0 < draw["count"] <= 1_000 for draw in told["draws"]
    ):
        raise Refused([_("The rules of the quiz are not as expected.")])
    return {**told, "rules": _clean_rules(told["rules"])}


def _clean_rules(rules: Mapping[str, Any]) -> dict[str, Any]:
    if rules.keys() != set(QUIZ_FIELDS):
        raise Refused([_("The rules of the quiz are not as expected.")])
    quiz, problems = Quiz(), []
    for name, value in rules.items():
        model_field = Quiz._meta.get_field(name)
        try:
            if isinstance(value, list | dict | float):
                raise ValidationError(_("is not as expected"))
            setattr(quiz, name, model_field.clean(value, quiz))
        except ValidationError as error:
            problems += [f"{model_field.verbose_name}: {text}" for text in error.messages]
    if problems:
        raise Refused(problems)
    return {name: getattr(quiz, name) for name in QUIZ_FIELDS}


def fill_quiz(*, quiz: Quiz, told: Mapping[str, Any], questions: Mapping[str, Question]) -> None:
    """With what was cleaned; it is not saved."""
    for name, value in told["rules"].items():
        setattr(quiz, name, value)
    kept = {each.question.key: each for each in quiz.quiz_questions.all()}
    quiz.quiz_questions = [
        kept.get(key) or QuizQuestion(question=questions[key]) for key in told["questions"]
    ]
    names = [draw["tag"] for draw in told["draws"]]
    drawn = {each.tag.name: each for each in quiz.draws.all()}
    quiz.draws = [drawn.get(name) or QuizDraw(tag=_find_tag(name)) for name in names]
    for draw, row in zip(quiz.draws.all(), told["draws"], strict=True):
        draw.count = row["count"]
    for rows in (quiz.quiz_questions.all(), quiz.draws.all()):
        for order, each in enumerate(rows):
            each.sort_order = order


def _find_tag(name: str) -> Tag:
    tag: Tag = Tag.objects.filter(name=name).first() or Tag.objects.create(name=name)
    return tag
