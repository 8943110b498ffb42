"""Handed-in papers for a made-up population: a few of each quiz, graded as real ones are."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from training.models import Quiz

from .papers import Paper, QuizNotReady, freeze_paper
from .results import grade_paper
from .rules import read_rules

# So many different ways to hand in a quiz.
WAYS = 150


@dataclass(frozen=True)
class Outcome:
    """`items` are (question key, answer, share of the point, answer in words, graded), the answers
    as JSON."""

    score: str
    items: list[tuple[str, str, float, str, bool]]


@dataclass(frozen=True)
class Sitting:
    paper: str
    passed: list[Outcome]
    failed: list[Outcome]


def prepare_sittings(*, modules: list[dict[str, Any]], chance: Random) -> dict[int, Sitting]:
    """By quiz. One without a way to pass that is known here is left out."""
    found: dict[int, Sitting] = {}
    for quiz in Quiz.objects.filter(pk__in=[each["quiz"] for each in modules]).order_by("pk"):
        try:
            paper = freeze_paper(quiz=quiz, rules=read_rules(quiz=quiz), rng=chance)
        except QuizNotReady:
            continue
        sitting = Sitting(json.dumps(paper, ensure_ascii=False), [], [])
        difficulties = [chance.uniform(0.05, 0.35) for _ in paper["items"]]
        for _way in range(WAYS):
            ability = chance.gauss(0, 0.15)
            _hand_in(sitting, paper, difficulties, ability, chance)
        if sitting.passed:
            found[quiz.pk] = sitting
    return found


def _hand_in(
    sitting: Sitting, paper: Paper, difficulties: list[float], ability: float, chance: Random
) -> None:
    answers = {
        item["question"]: _answer(item, chance.random() > difficulty - ability, chance)
        for item, difficulty in zip(paper["items"], difficulties, strict=True)
    }
    grade = grade_paper(paper=paper, answers=answers)
    items = [
        (
            item["question"],
            json.dumps(answers[item["question"]]),
            float(grade.marks[item["question"]].fraction),
            json.dumps(grade.marks[item["question"]].given, ensure_ascii=False),
            item["graded"],
        )
        for item in paper["items"]
    ]
    outcomes = sitting.passed if grade.passed else sitting.failed
    outcomes.append(Outcome(f"{grade.score:.3f}", items))


def _answer(item: dict[str, Any], is_right: bool, chance: Random) -> Any:
    """Of the kinds that are picked from; others are left blank."""
    if item["kind"] == "true_false":
        return item["key"]["right"] is is_right
    if item["kind"] not in ("single_choice", "multiple_choice"):
        return None
    keys, right = [each["key"] for each in item["shown"]["choices"]], item["key"]["right"]
    wrong = [key for key in keys if key not in right]
    if item["kind"] == "single_choice":
        return right[0] if is_right or not wrong else chance.choice(wrong)
    return right if is_right or not wrong else [*right[1:], chance.choice(wrong)]
