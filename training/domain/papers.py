"""The frozen paper of an attempt (rules R3 and R4).

A paper is {"title": str, "module": page id, "pass_mark": percent, "shows": Quiz.Shows,
"one_per_page": bool, "items": [{"question": key, "kind": name, "case": html or "", "stem": html,
"graded": bool, "shown": …, "key": …, "explanation": str, "passage": [module id, heading] or null,
"source": str, "source_url": str}, …]}. `shown` and `key` belong to the kind. Learners get ItemShown
before submitting and ItemResult after (domain/results.py); nothing else is made from a paper.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from training.kinds import get_kind
from training.models import Attempt, Question, Quiz
from training.prepared import Given, Prepared

from .drawing import assign_draws
from .rules import QuizRules

Paper = dict[str, Any]
Answers = Mapping[str, Any]


class QuizNotReady(Exception):
    """The quiz has no published question that counts."""


def is_blank(answer: Any) -> bool:
    """Whether it is what a form posts for a question that nobody touched."""
    return answer in (None, [], {}, "")


@dataclass(frozen=True)
class ItemShown:
    number: int
    question: str
    field: str
    template: str
    # Only where it differs from the case of the item before.
    case: SafeString
    stem: SafeString
    graded: bool
    shown: dict[str, Any]
    answer: Any
    error: str

    @property
    def label(self) -> str:
        return _("Question %(number)s") % {"number": self.number}

    @property
    def is_answered(self) -> bool:
        return not is_blank(self.answer)

    @property
    def needs_attention(self) -> bool:
        return bool(self.error) or not self.is_answered


def field_of(number: int) -> str:
    return f"item-{number}"


def trust(html: str) -> SafeString:
    # Rendered by Wagtail from the question's blocks when the paper was frozen.
    return mark_safe(html)  # noqa: S308


def load_for_asking(questions: Iterable[Question]) -> list[Question]:
    """Fetch what kinds need of their questions; parts only where there is a scenario."""
    found = list(questions)
    prefetch_related_objects(found, "choices__image__renditions")
    scenarios = [question for question in found if question.kind == "scenario"]
    prefetch_related_objects(scenarios, "parts__question__choices__image__renditions")
    return found


def is_askable(question: Question) -> bool:
    kind = get_kind(question.kind)
    return (
        bool(question.stem)
        and not kind.find_problems(question)
        and any(
            part.live and not get_kind(part.kind).find_problems(part)
            for part in kind.expand(question)
        )
    )


def read_pools(*, quiz: Quiz, draws: Sequence[tuple[int, int]]) -> dict[int, set[int]]:
    """The published questions of each tag drawn from, without those that the quiz asks anyway."""
    fixed = Q(quiz_questions__quiz=quiz) | Q(scenarios__scenario__quiz_questions__quiz=quiz)
    pools: dict[int, set[int]] = {tag: set() for tag, _count in draws}
    tagged = Question.objects.filter(live=True, tagged_items__tag__in=pools).exclude(
        pk__in=Question.objects.filter(fixed).values("pk")
    )
    for pk, tag in tagged.values_list("pk", "tagged_items__tag"):
        if tag in pools:
            pools[tag].add(pk)
    return pools


def _draw(*, quiz: Quiz, rng: Random) -> list[Question]:
    """One that turns out not to be askable is left out of its pools, and all are drawn again."""
    draws = list(quiz.draws.values_list("tag_id", "count"))
    if not draws:
        return []
    pools = read_pools(quiz=quiz, draws=draws)
    while True:
        picks = assign_draws(draws=draws, pools=pools, rng=rng)
        loaded = {each.pk: each for each in load_for_asking(Question.objects.filter(pk__in=picks))}
        bad = {pk for pk in picks if pk not in loaded or not is_askable(loaded[pk])}
        if not bad:
            return [loaded[pk] for pk in picks]
        pools = {tag: pool - bad for tag, pool in pools.items()}


_fixed_questions = Prepared(
    lambda: Question.objects.filter(quiz_questions__quiz=Given("quiz"), live=True).order_by(
        "quiz_questions__sort_order"
    )
)


def choose_questions(*, quiz: Quiz, rng: Random) -> list[Question]:
    """The fixed ones in their order, then the drawn ones; shuffled together if the quiz says so."""
    fixed = load_for_asking(_fixed_questions.all(quiz=quiz.pk))
    chosen = [question for question in fixed if is_askable(question)]
    chosen += _draw(quiz=quiz, rng=rng)
    if quiz.shuffle_questions:
        rng.shuffle(chosen)
    return chosen


# Wagtail's editor marks every paragraph; a question saved there would differ from one imported.
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def render_stem(question: Question) -> str:
    return BLOCK_KEY.sub("", str(question.stem))


def freeze_item(
    *, question: Question, case: str, rng: Random, shuffle_choices: bool
) -> dict[str, Any]:
    shown, key = get_kind(question.kind).freeze(question, rng=rng, shuffle=shuffle_choices)
    passage = [question.passage_module_id, question.passage_heading]
    return {
        "question": question.key,
        "kind": question.kind,
        "case": case,
        "stem": render_stem(question),
        "graded": question.is_graded,
        "shown": shown,
        "key": key,
        "explanation": question.explanation,
        "passage": passage if question.passage_module_id else None,
        "source": question.source,
        "source_url": question.source_url,
    }


def freeze_paper(*, quiz: Quiz, rules: QuizRules, rng: Random) -> Paper:
    """Copy the published quiz. Raises QuizNotReady."""
    items: dict[str, dict[str, Any]] = {}
    for question in choose_questions(quiz=quiz, rng=rng):
        is_case = question.kind == "scenario"
        for part in get_kind(question.kind).expand(question):
            # A question may stand alone and in a scenario: it is asked once.
            if part.key in items or not part.live or get_kind(part.kind).find_problems(part):
                continue
            items[part.key] = freeze_item(
                question=part,
                case=render_stem(question) if is_case else "",
                rng=rng,
                shuffle_choices=quiz.shuffle_choices,
            )
    if not any(item["graded"] for item in items.values()):
        raise QuizNotReady
    return {
        "title": quiz.title,
        "module": quiz.module_id,
        "pass_mark": rules.pass_mark,
        "shows": quiz.shows,
        "one_per_page": quiz.one_per_page,
        "items": list(items.values()),
    }


def read_module_id(*, attempt: Attempt) -> int:
    """The module that the paper was for: its quiz may belong to another one by now."""
    module_id: int = attempt.paper.get("module") or attempt.quiz.module_id
    return module_id


def show_items(*, paper: Paper, answers: Answers) -> list[ItemShown]:
    """The paper as a learner may see it before submitting: an allow-list, no key, no reason."""
    shown = []
    case = ""
    for number, item in enumerate(paper["items"], start=1):
        kind = get_kind(item["kind"])
        answer = answers.get(item["question"])
        error = "" if is_blank(answer) else kind.find_error(item["shown"], answer)
        told = item.get("case", "")
        shown.append(
            ItemShown(
                number=number,
                question=item["question"],
                field=field_of(number),
                template=kind.template,
                case=trust(told if told != case or paper.get("one_per_page") else ""),
                stem=trust(item["stem"]),
                graded=item["graded"],
                shown=item["shown"],
                answer=answer,
                error=error,
            )
        )
        case = told
    return shown


def list_open_items(*, paper: Paper, answers: Answers) -> list[int]:
    """Numbers of the questions without an answer, or with one that cannot be right as written."""
    shown = show_items(paper=paper, answers=answers)
    return [item.number for item in shown if item.needs_attention]


def read_answers(*, paper: Paper, data: QueryDict) -> dict[str, Any]:
    """The answers in a posted form, by question key.

    Only questions listed in the field `shown` are read: an unticked checkbox posts nothing, and
    so would a question that was not on the page.
    """
    on_page = set(data.getlist("shown"))
    answers = {}
    for number, item in enumerate(paper["items"], start=1):
        if str(number) in on_page:
            answer = get_kind(item["kind"]).read(data, field_of(number), item["shown"])
            if answer is not None:
                answers[item["question"]] = answer
    return answers
