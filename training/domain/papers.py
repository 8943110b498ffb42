"""The frozen paper of an attempt (rules R3 and R4).

A paper is {"title": str, "pass_mark": percent, "items": [{"question": key, "kind": name,
"stem": html, "graded": bool, "shown": …, "key": …, "explanation": str, "source": str,
"source_url": str}, …]}. `shown` and `key` belong to the kind. Learners get ItemShown before
submitting and ItemResult after; nothing else is made from a paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from training.kinds import get_kind
from training.models import Question, Quiz

Paper = dict[str, Any]
Answers = Mapping[str, Any]


class QuizNotReady(Exception):
    """The quiz has no published question that counts."""


@dataclass(frozen=True)
class ItemShown:
    number: int
    question: str
    field: str
    template: str
    stem: SafeString
    graded: bool
    shown: dict[str, Any]
    answer: Any


@dataclass(frozen=True)
class ItemResult:
    number: int
    stem: SafeString
    graded: bool
    is_right: bool
    given: list[str]
    right: list[str]
    explanation: str
    source: str
    source_url: str


@dataclass(frozen=True)
class Grade:
    score: Decimal
    passed: bool


def freeze_paper(*, quiz: Quiz) -> Paper:
    """Copy the published quiz. Raises QuizNotReady."""
    questions = (
        Question.objects.filter(quiz_questions__quiz=quiz, live=True)
        .order_by("quiz_questions__sort_order")
        .prefetch_related("choices")
    )
    items = []
    for question in questions:
        kind = get_kind(question.kind)
        if kind.find_problems(question):
            continue
        shown, key = kind.freeze(question)
        items.append(
            {
                "question": question.key,
                "kind": question.kind,
                "stem": str(question.stem),
                "graded": question.is_graded,
                "shown": shown,
                "key": key,
                "explanation": question.explanation,
                "source": question.source,
                "source_url": question.source_url,
            }
        )
    if not any(item["graded"] for item in items):
        raise QuizNotReady
    return {"title": quiz.title, "pass_mark": quiz.pass_mark, "items": items}


def _field(number: int) -> str:
    return f"item-{number}"


def _html(stem: str) -> SafeString:
    # Rendered by Wagtail from the question's blocks when the paper was frozen.
    return mark_safe(stem)  # noqa: S308


def show_items(*, paper: Paper, answers: Answers) -> list[ItemShown]:
    """The paper as a learner may see it before submitting: an allow-list, no key, no reason."""
    return [
        ItemShown(
            number=number,
            question=item["question"],
            field=_field(number),
            template=get_kind(item["kind"]).template,
            stem=_html(item["stem"]),
            graded=item["graded"],
            shown=item["shown"],
            answer=answers.get(item["question"]),
        )
        for number, item in enumerate(paper["items"], start=1)
    ]


def read_answers(*, paper: Paper, data: QueryDict) -> dict[str, Any]:
    """The answers in a posted form, by question key.

    Only questions listed in the field `shown` are read: an unticked checkbox posts nothing, and
    so would a question that was not on the page.
    """
    on_page = set(data.getlist("shown"))
    answers = {}
    for number, item in enumerate(paper["items"], start=1):
        if str(number) in on_page:
            answer = get_kind(item["kind"]).read(data, _field(number), item["shown"])
            if answer is not None:
                answers[item["question"]] = answer
    return answers


def grade_paper(*, paper: Paper, answers: Answers) -> Grade:
    """Score in percent of the graded questions. Exact fractions: 4 of 5 is 80 %, not 79.99."""
    fractions = [
        get_kind(item["kind"])
        .grade(item["shown"], item["key"], answers.get(item["question"]))
        .fraction
        for item in paper["items"]
        if item["graded"]
    ]
    percent = sum(fractions, Fraction(0)) * 100 / len(fractions)
    return Grade(
        score=Decimal(percent.numerator) / Decimal(percent.denominator),
        passed=percent >= paper["pass_mark"],
    )


def explain_items(*, paper: Paper, answers: Answers) -> list[ItemResult]:
    """The paper after submitting: what was given, what is right, and why."""
    results = []
    for number, item in enumerate(paper["items"], start=1):
        mark = get_kind(item["kind"]).grade(
            item["shown"], item["key"], answers.get(item["question"])
        )
        results.append(
            ItemResult(
                number=number,
                stem=_html(item["stem"]),
                graded=item["graded"],
                is_right=mark.fraction == 1,
                given=mark.given,
                right=mark.right,
                explanation=item["explanation"],
                source=item["source"],
                source_url=item["source_url"],
            )
        )
    return results
