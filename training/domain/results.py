"""Grading a paper, and explaining the result (rule R3)."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from training.blocks import make_anchor
from training.kinds import Mark, get_kind
from training.models import Attempt, GradedItem, ModulePage, Quiz
from training.models.courses import of_unpublished_course

from .papers import Answers, Paper, trust


@dataclass(frozen=True)
class Grade:
    """`marks` holds each item's, by question key, those not graded included."""

    score: Decimal
    passed: bool
    marks: dict[str, Mark]


@dataclass(frozen=True)
class Passage:
    url: str
    text: str


@dataclass(frozen=True)
class Given:
    """A line of the answer. `is_right` is None where the kind or the quiz does not say it of single
    lines; `picture` has `src`, `width`, `height` and `alt`, or is None."""

    text: str
    is_right: bool | None = None
    picture: dict[str, Any] | None = None


@dataclass(frozen=True)
class ItemResult:
    """`right`, `feedback`, `explanation`, `passage` and `source` are empty where the quiz does not
    show them; `fraction` is None where it does not even say what was wrong."""

    number: int
    case: SafeString
    stem: SafeString
    graded: bool
    fraction: Fraction | None
    given: list[Given]
    is_all_or_nothing: bool = False
    right: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)
    explanation: str = ""
    passage: Passage | None = None
    source: str = ""
    source_url: str = ""

    @property
    def label(self) -> str:
        return _("Question %(number)s") % {"number": self.number}

    @property
    def is_right(self) -> bool:
        return self.fraction == 1

    @property
    def is_partly_right(self) -> bool:
        return self.fraction is not None and 0 < self.fraction < 1

    @property
    def percent(self) -> int:
        """Rounded half up, but a part never to all or nothing."""
        percent = int((self.fraction or 0) * 100 + Fraction(1, 2))
        return min(99, max(1, percent)) if self.is_partly_right else percent


def grade_paper(*, paper: Paper, answers: Answers) -> Grade:
    """Score in percent of the graded questions. Exact fractions: 4 of 5 is 80 %, not 79.99."""
    marks = {
        item["question"]: get_kind(item["kind"]).grade(
            item["shown"], item["key"], answers.get(item["question"])
        )
        for item in paper["items"]
    }
    fractions = [marks[item["question"]].fraction for item in paper["items"] if item["graded"]]
    percent = sum(fractions, Fraction(0)) * 100 / len(fractions)
    return Grade(
        score=Decimal(percent.numerator) / Decimal(percent.denominator),
        passed=percent >= paper["pass_mark"],
        marks=marks,
    )


def tell_shortfall(*, paper: Paper, answers: Answers) -> str:
    """How many more right answers would have been enough, in words; "" if none were missing."""
    marks = grade_paper(paper=paper, answers=answers).marks
    earned = sorted(marks[item["question"]].fraction for item in paper["items"] if item["graded"])
    needed = Fraction(paper["pass_mark"] * len(earned), 100)
    total, missing = sum(earned, Fraction(0)), 0
    # Those first that had earned least: of them the fewest would have been enough.
    for fraction in earned:
        if total >= needed:
            break
        total, missing = total + 1 - fraction, missing + 1
    if not missing:
        return ""
    # Two messages, not a plural: Japanese has none.
    sentence = (
        _("1 more right answer and you had passed: %(needed)s of %(graded)s (%(pass_mark)s%%).")
        if missing == 1
        else _(
            "%(count)s more right answers and you had passed: %(needed)s of %(graded)s"
            " (%(pass_mark)s%%)."
        )
    )
    return sentence % {
        "count": missing,
        "needed": math.ceil(needed),
        "graded": len(earned),
        "pass_mark": paper["pass_mark"],
    }


def keep_marks(*, attempt: Attempt, grade: Grade) -> None:
    """Write what each question of a graded attempt earned, over what was written before."""
    GradedItem.objects.bulk_create(
        [
            GradedItem(
                attempt=attempt,
                question_key=item["question"],
                fraction=float(grade.marks[item["question"]].fraction),
                given=grade.marks[item["question"]].given,
                graded=item["graded"],
            )
            for item in attempt.paper["items"]
        ],
        update_conflicts=True,
        unique_fields=["attempt", "question_key"],
        update_fields=["fraction", "given", "graded"],
    )


def _find_passages(paper: Paper) -> dict[int, ModulePage]:
    pks = {item["passage"][0] for item in paper["items"] if item.get("passage")}
    if not pks:
        return {}
    readable = ModulePage.objects.live().exclude(of_unpublished_course())
    found: dict[int, ModulePage] = readable.only("title", "url_path").in_bulk(pks)
    return found


def list_given(*, mark: Mark, explains: bool) -> list[Given]:
    lines = zip_longest(mark.given, mark.hits if explains else [], mark.pictures)
    return [Given(text, is_right, picture) for text, is_right, picture in lines]


def explain_items(*, paper: Paper, answers: Answers) -> list[ItemResult]:
    """The paper after submitting: what was given, and as much of the rest as the quiz shows."""
    shows = paper.get("shows", Quiz.Shows.EXPLANATIONS)
    if shows in (Quiz.Shows.NOTHING, Quiz.Shows.MARKS):
        return []
    explains = shows == Quiz.Shows.EXPLANATIONS
    modules = _find_passages(paper) if explains else {}
    results = []
    for number, item in enumerate(paper["items"], start=1):
        answer = answers.get(item["question"])
        mark = get_kind(item["kind"]).grade(item["shown"], item["key"], answer)
        facts = {}
        if explains:
            facts = {
                "right": mark.right,
                "feedback": mark.feedback,
                "explanation": item["explanation"],
                "source": item["source"],
                "source_url": item["source_url"],
            }
            if item.get("passage") and (module := modules.get(item["passage"][0])):
                heading = item["passage"][1]
                anchor = f"#{make_anchor(heading)}" if heading else ""
                facts["passage"] = Passage(f"{module.get_url()}{anchor}", heading or module.title)
        results.append(
            ItemResult(
                number=number,
                case=trust(item.get("case", "")),
                stem=trust(item["stem"]),
                graded=item["graded"],
                fraction=mark.fraction,
                given=list_given(mark=mark, explains=explains),
                is_all_or_nothing=explains and mark.is_all_or_nothing,
                **facts,
            )
        )
    return results
