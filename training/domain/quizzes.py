"""Attempts: started once, saved by appending, submitted once (rules R3 to R5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from training.models import Attempt, Enrolment, Quiz, Response

from .completion import complete_module, lock_enrolment
from .papers import freeze_paper, grade_paper


class AlreadySubmitted(Exception):
    """The attempt is closed: what comes now is not saved, and the result stands."""


def find_open_attempt(*, enrolment: Enrolment, quiz: Quiz) -> Attempt | None:
    return Attempt.objects.filter(enrolment=enrolment, quiz=quiz, submitted_at=None).first()


def start_attempt(*, enrolment: Enrolment, quiz: Quiz, now: datetime) -> Attempt:
    """Open an attempt with a frozen paper, or return the one that is open. Raises QuizNotReady."""
    if attempt := find_open_attempt(enrolment=enrolment, quiz=quiz):
        return attempt
    paper = freeze_paper(quiz=quiz)
    numbers = Attempt.objects.filter(enrolment=enrolment, quiz=quiz)
    try:
        with transaction.atomic():
            last = numbers.aggregate(last=Max("number"))["last"] or 0
            return Attempt.objects.create(
                enrolment=enrolment, quiz=quiz, number=last + 1, paper=paper, started_at=now
            )
    except IntegrityError:
        # A double tap or another phone opened it first; it may even be submitted by now.
        return numbers.order_by("-number")[0]


def read_saved_answers(*, attempt: Attempt) -> dict[str, Any]:
    """The latest answer to each question, by question key."""
    rows = attempt.responses.order_by("sequence").values_list("question_key", "answer")
    return dict(rows)


def _append(*, attempt: Attempt, answers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Append what changed and return all answers. The attempt must be locked."""
    rows = list(
        attempt.responses.order_by("sequence").values_list("question_key", "answer", "sequence")
    )
    saved = {key: answer for key, answer, _sequence in rows}
    sequence = max((sequence for _key, _answer, sequence in rows), default=0) + 1
    changed = {key: answer for key, answer in answers.items() if saved.get(key) != answer}
    Response.objects.bulk_create(
        Response(attempt=attempt, question_key=key, answer=answer, sequence=sequence, saved_at=now)
        for key, answer in changed.items()
    )
    return saved | changed


def save_answers(*, attempt_id: int, answers: Mapping[str, Any], now: datetime) -> None:
    """Keep answers without submitting. Raises AlreadySubmitted."""
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
        if attempt.submitted_at:
            raise AlreadySubmitted
        _append(attempt=attempt, answers=answers, now=now)


def submit_attempt(*, attempt_id: int, answers: Mapping[str, Any], now: datetime) -> Attempt:
    """Save, grade and close. Raises AlreadySubmitted: the first submission counts, no other."""
    with transaction.atomic():
        enrolment_id = Attempt.objects.values_list("enrolment_id", flat=True).get(pk=attempt_id)
        enrolment = lock_enrolment(enrolment_id=enrolment_id)
        attempt = (
            Attempt.objects.select_for_update(of=("self",))
            .select_related("quiz")
            .get(pk=attempt_id)
        )
        if attempt.submitted_at:
            raise AlreadySubmitted
        everything = _append(attempt=attempt, answers=answers, now=now)
        grade = grade_paper(paper=attempt.paper, answers=everything)
        attempt.submitted_at, attempt.score, attempt.passed = now, grade.score, grade.passed
        attempt.save(update_fields=["submitted_at", "score", "passed"])
        if grade.passed:
            complete_module(enrolment=enrolment, module_id=attempt.quiz.module_id, now=now)
    return attempt
