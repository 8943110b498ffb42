"""The question bank, as its keepers see it: what a question says, and who depends on it."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from html import unescape
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import strip_tags

from training.models import (
    Attempt,
    CourseVersion,
    Enrolment,
    GradedItem,
    Question,
    QuestionTag,
    Quiz,
    QuizDraw,
    QuizQuestion,
    Response,
    ScenarioPart,
)

from .records import find_open_attempts


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if "data" in value:
        return [str(cell) for row in value["data"] or [] for cell in row if cell]
    return [value.get(name) or "" for name in ("caption", "alt")]


def read_stem_text(*, question: Question) -> str:
    """What the stem says, without markup. Read from the raw blocks: no image is fetched."""
    texts = [text for block in question.stem.raw_data for text in _texts(block["value"])]
    return " ".join(unescape(strip_tags(" ".join(texts).replace("><", "> <"))).split())


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def search_questions(*, questions: QuerySet[Question], text: str) -> QuerySet[Question]:
    """Those whose key, stem or explanation holds the text, whatever its width or case.

    Done here and not by the database, which has stems as JSON (on SQLite with every ideograph
    escaped), nor by a search index, which would hold the answers.
    """
    wanted = _fold(text.strip())
    texts = questions.select_related(None).only("key", "stem", "explanation").order_by()
    found = [
        question.pk
        for question in texts
        if wanted
        in _fold(f"{question.key}\n{read_stem_text(question=question)}\n{question.explanation}")
    ]
    return questions.filter(pk__in=found)


def used_questions() -> QuerySet[Question]:
    """Those that a quiz may ask: listed, drawn by a tag, or part of a scenario that is."""
    tags = QuizDraw.objects.values("tag")
    asked = Q(pk__in=QuizQuestion.objects.values("question")) | Q(
        pk__in=QuestionTag.objects.filter(tag__in=tags).values("content_object")
    )
    scenarios = Question.objects.filter(asked).values("pk")
    parts = ScenarioPart.objects.filter(scenario__in=scenarios).values("question")
    used: QuerySet[Question] = Question.objects.filter(asked | Q(pk__in=parts))
    return used


def find_quizzes_asking(*, question_pks: Iterable[int]) -> dict[int, list[Quiz]]:
    """The quizzes that may ask each question, in a fixed number of statements."""
    pks = set(question_pks)
    hosts = {pk: {pk} for pk in pks}
    for question, scenario in ScenarioPart.objects.filter(question__in=pks).values_list(
        "question_id", "scenario_id"
    ):
        hosts[question].add(scenario)
    wanted = set().union(*hosts.values())
    quizzes_of: dict[int, set[int]] = defaultdict(set)
    for question, quiz in QuizQuestion.objects.filter(question__in=wanted).values_list(
        "question_id", "quiz_id"
    ):
        quizzes_of[question].add(quiz)
    drawing: dict[int, set[int]] = defaultdict(set)
    for tag, quiz in QuizDraw.objects.values_list("tag_id", "quiz_id"):
        drawing[tag].add(quiz)
    tagged = QuestionTag.objects.filter(content_object__in=wanted, tag__in=drawing)
    for question, tag in tagged.values_list("content_object_id", "tag_id"):
        quizzes_of[question] |= drawing[tag]
    found = Quiz.objects.in_bulk({quiz for quizzes in quizzes_of.values() for quiz in quizzes})
    return {
        pk: [
            found[quiz]
            for quiz in sorted(set().union(*(quizzes_of[host] for host in hosts[pk])))
            if quiz in found
        ]
        for pk in pks
    }


def has_question_records(*, question: Question) -> bool:
    """Rule R10: whether a learner was asked it, in an attempt that is closed or under way."""
    return (
        GradedItem.objects.filter(question_key=question.key).exists()
        or Response.objects.filter(question_key=question.key).exists()
        or bool(find_open_attempts(key=question.key))
    )


def has_quiz_records(*, quiz: Quiz) -> bool:
    """Whether it was attempted, or learners are enrolled under a version that asks for it."""
    if Attempt.objects.filter(quiz=quiz).exists():
        return True
    versions = CourseVersion.objects.filter(enrolments__in=Enrolment.objects.open()).distinct()
    return any(
        module["quiz"] == quiz.pk
        for outline in versions.values_list("outline", flat=True)
        for module in outline["modules"]
    )
