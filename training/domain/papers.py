"""The frozen paper of an attempt (rules R3 and R4).

A paper is {"title": str, "module": page id, "pass_mark": percent, "shows": Quiz.Shows,
"one_per_page": bool, "items": [{"question": key, "kind": name, "case": html or "", "stem": html,
"graded": bool, "shown": …, "key": …, "explanation": str, "passage": [module id, heading] or null,
"source": str, "source_url": str}, …]}. `shown` and `key` belong to the kind. Learners get ItemShown
before submitting and ItemResult after (domain/results.py); nothing else is made from a paper.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from training.kinds import get_kind
from training.models import Question, Quiz

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
    return not kind.find_problems(question) and any(
        part.live and not get_kind(part.kind).find_problems(part) for part in kind.expand(question)
    )


def _draw(quiz: Quiz, *, fixed: list[Question], rng: Random) -> list[Question]:
    """Take questions by tag. One that cannot be asked is replaced by another of its tag."""
    draws = list(quiz.draws.values_list("tag_id", "count"))
    if not draws:
        return []
    pools: dict[int, list[int]] = {tag: [] for tag, _count in draws}
    tagged = Question.objects.filter(live=True, tagged_items__tag__in=pools).order_by("pk")
    for pk, tag in tagged.values_list("pk", "tagged_items__tag"):
        pools[tag].append(pk)
    taken = {question.pk for question in fixed}
    wanted = []
    for tag, count in draws:
        pool = [pk for pk in pools[tag] if pk not in taken]
        rng.shuffle(pool)
        wanted.append((pool, count))
        taken.update(pool[:count])
    drawn: list[Question] = []
    bad: set[int] = set()
    while wanted:
        picks = [pk for pool, count in wanted for pk in pool[:count]]
        loaded = load_for_asking(Question.objects.filter(pk__in=picks))
        by_pk = {question.pk: question for question in loaded}
        bad = {pk for pk, question in by_pk.items() if not is_askable(question)}
        drawn += [by_pk[pk] for pk in picks if pk in by_pk and pk not in bad]
        wanted = [
            (
                [pk for pk in pool[count:] if pk not in taken],
                sum(pk in bad for pk in pool[:count]),
            )
            for pool, count in wanted
        ]
        wanted = [(pool, count) for pool, count in wanted if pool and count]
        taken.update(pk for pool, count in wanted for pk in pool[:count])
    return drawn


def choose_questions(*, quiz: Quiz, rng: Random) -> list[Question]:
    """The fixed ones in their order, then the drawn ones; shuffled together if the quiz says so."""
    fixed = load_for_asking(
        Question.objects.filter(quiz_questions__quiz=quiz, live=True).order_by(
            "quiz_questions__sort_order"
        )
    )
    chosen = [question for question in fixed if is_askable(question)]
    chosen += _draw(quiz, fixed=fixed, rng=rng)
    if quiz.shuffle_questions:
        rng.shuffle(chosen)
    return chosen


def freeze_item(
    *, question: Question, case: str, rng: Random, shuffle_choices: bool
) -> dict[str, Any]:
    shown, key = get_kind(question.kind).freeze(question, rng=rng, shuffle=shuffle_choices)
    passage = [question.passage_module_id, question.passage_heading]
    return {
        "question": question.key,
        "kind": question.kind,
        "case": case,
        "stem": str(question.stem),
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
                case=str(question.stem) if is_case else "",
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
