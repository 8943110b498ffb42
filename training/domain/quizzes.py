"""Attempts: started once, submitted once (rules R3 and R4). Answers are saved by saving.py."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.clock import in_japan
from training.models import Allowance, Attempt, Enrolment, Quiz
from training.prepared import Given, Prepared

from .allowances import lock_allowance
from .completion import complete_module, lock_enrolment
from .papers import freeze_paper, is_blank, list_open_items, read_module_id
from .results import grade_paper, keep_marks
from .rules import QuizRules, find_promised_rules
from .saving import (
    NOBODY,
    AlreadySubmitted,
    Sender,
    append_answers,
    is_expired,
    read_saved_answers,
)

logger = logging.getLogger(__name__)


class ChangedElsewhere(Exception):
    """Another page or phone gave other answers since this one was loaded. All are saved; the
    learner should see what counts before handing it in."""


class NeedsAttention(Exception):
    """A question has no answer, or one that cannot be right as it was written."""


class AttemptsExhausted(Exception):
    pass


class MustWait(Exception):
    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class NextAttempt:
    """What a learner may do at a quiz: go on with an open attempt, start one, or neither.
    `has_failed` of the last one."""

    is_open: bool
    obstacle: AttemptsExhausted | MustWait | None
    has_failed: bool = False

    @property
    def sentence(self) -> str:
        """Why none may be started; "" if one may."""
        if isinstance(self.obstacle, AttemptsExhausted):
            return _("You have used all attempts of this quiz.")
        if isinstance(self.obstacle, MustWait):
            # Rounded up: at the minute that is named it must be true.
            until = in_japan(self.obstacle.until + timedelta(seconds=59))
            return _("You can try again from %(until)s.") % {
                "until": date_format(until, "DATETIME_FORMAT")
            }
        return ""


_last_of_module = Prepared(
    lambda: (
        Attempt.objects.filter(enrolment=Given("enrolment"), quiz__module=Given("module"))
        .order_by("-number")
        .values_list("number", "submitted_at", "deadline", "passed")[:1]
    )
)


# Without its paper, the greater part of a row.
_last_of_quiz = Prepared(
    lambda: (
        Attempt.objects.filter(enrolment=Given("enrolment"), quiz=Given("quiz"))
        .order_by("-number")
        .defer("paper")[:1]
    )
)
_enrolment_of = Prepared(
    lambda: Attempt.objects.filter(pk=Given("attempt")).values_list("enrolment_id")
)
_locked = Prepared(lambda: Attempt.objects.filter(pk=Given("attempt")).select_for_update())


def find_next_attempt(
    *, enrolment: Enrolment, module_id: int, rules: QuizRules | None, now: datetime
) -> NextAttempt:
    """One statement."""
    last = _last_of_module.first(enrolment=enrolment.pk, module=module_id)
    if last is None:
        return NextAttempt(is_open=False, obstacle=None)
    number, submitted_at, deadline, passed = last
    is_open = submitted_at is None and (deadline is None or deadline > now)
    has_failed = submitted_at is not None and not passed
    if is_open or rules is None:
        return NextAttempt(is_open=is_open, obstacle=None, has_failed=has_failed)
    # One whose time is up is as good as handed in at its deadline.
    obstacle = find_obstacle(
        rules=rules, made=number, last_submitted_at=submitted_at or deadline, now=now
    )
    return NextAttempt(is_open=False, obstacle=obstacle, has_failed=has_failed)


def find_obstacle(
    *, rules: QuizRules, made: int, last_submitted_at: datetime | None, now: datetime
) -> AttemptsExhausted | MustWait | None:
    """Why no new attempt may be started, after `made` attempts."""
    if rules.max_attempts is not None and made >= rules.max_attempts:
        return AttemptsExhausted()
    if last_submitted_at and rules.waiting_minutes:
        until = last_submitted_at + timedelta(minutes=rules.waiting_minutes)
        if now < until:
            return MustWait(until)
    return None


def _deadline(*, enrolment: Enrolment, rules: QuizRules, now: datetime) -> datetime | None:
    if rules.time_limit_minutes is None:
        return None
    # One that is granted just now extends what is open, and would not see this attempt yet.
    lock_allowance(learner_id=enrolment.learner_id)
    allowance = Allowance.objects.filter(learner_id=enrolment.learner_id).first()
    percent = allowance.time_percent if allowance else 100
    return now + timedelta(minutes=rules.time_limit_minutes) * percent / 100


def start_attempt(
    *, enrolment: Enrolment, quiz: Quiz, now: datetime, rng: Random | None = None
) -> Attempt:
    """Open an attempt with a frozen paper, or return the one that is open.

    One whose time is up is closed first. Raises QuizNotReady, AttemptsExhausted, MustWait.
    """
    last = _last_of_quiz.first(enrolment=enrolment.pk, quiz=quiz.pk)
    if last and not last.submitted_at:
        if not is_expired(attempt=last, now=now):
            return last
        last = close_expired(attempt_id=last.pk, now=now)
    rules = find_promised_rules(enrolment=enrolment, quiz=quiz)
    number = last.number if last else 0
    obstacle = find_obstacle(
        rules=rules, made=number, last_submitted_at=last.submitted_at if last else None, now=now
    )
    if obstacle:
        raise obstacle
    paper = freeze_paper(quiz=quiz, rules=rules, rng=rng or SystemRandom())
    try:
        with transaction.atomic():
            return Attempt.objects.create(
                enrolment=enrolment,
                quiz=quiz,
                number=number + 1,
                paper=paper,
                started_at=now,
                deadline=_deadline(enrolment=enrolment, rules=rules, now=now),
            )
    except IntegrityError:
        # A double tap or another phone opened it first; it may even be submitted by now.
        return _last_of_quiz.get(enrolment=enrolment.pk, quiz=quiz.pk)


def submit_attempt(
    *,
    attempt_id: int,
    answers: Mapping[str, Any],
    now: datetime,
    sender: Sender = NOBODY,
    is_final: bool = True,
) -> Attempt:
    """Save, grade and close. After the deadline only what was saved before it is graded.

    Raises AlreadySubmitted: the first submission counts, no other. Raises ChangedElsewhere and,
    unless the learner's word is final, NeedsAttention: both keep the answers and close nothing.
    """
    with transaction.atomic():
        done = _submit(attempt_id, answers, sender=sender, now=now, is_final=is_final)
    # Raised outside the transaction, so that what was saved stays.
    if isinstance(done, Exception):
        raise done
    return done


def close_expired(*, attempt_id: int, now: datetime) -> Attempt:
    """Submit an attempt whose time is up, or return it if that was done already."""
    try:
        return submit_attempt(attempt_id=attempt_id, answers={}, now=now)
    except AlreadySubmitted:
        return Attempt.objects.get(pk=attempt_id)


def close_all_expired(*, now: datetime) -> int:
    """For learners who never came back: what they had saved counts. Returns how many."""
    expired = Attempt.objects.filter(submitted_at=None, deadline__lte=now)
    pks = list(expired.order_by("deadline").values_list("pk", flat=True))
    closed = 0
    for pk in pks:
        try:
            close_expired(attempt_id=pk, now=now)
            closed += 1
        except Exception:  # one attempt that cannot be graded must not keep the others waiting
            logger.exception("attempt %s cannot be closed", pk)
    return closed


def _differ(one: Any, other: Any) -> bool:
    return one != other and not (is_blank(one) and is_blank(other))


def _submit(
    attempt_id: int, answers: Mapping[str, Any], *, sender: Sender, now: datetime, is_final: bool
) -> Attempt | ChangedElsewhere | NeedsAttention:
    (enrolment_id,) = _enrolment_of.get(attempt=attempt_id)
    enrolment = lock_enrolment(enrolment_id=enrolment_id)
    attempt = _locked.get(attempt=attempt_id)
    if attempt.submitted_at:
        raise AlreadySubmitted
    if is_expired(attempt=attempt, now=now):
        saved = read_saved_answers(attempt=attempt)
        _close(attempt, saved.answers, submitted_at=attempt.deadline)
    else:
        saved = append_answers(attempt, answers, sender=sender, now=now)
        if saved.is_shared and any(
            _differ(saved.answers.get(key), answer) for key, answer in answers.items()
        ):
            return ChangedElsewhere()
        if not is_final and list_open_items(paper=attempt.paper, answers=saved.answers):
            return NeedsAttention()
        _close(attempt, saved.answers, submitted_at=now)
    if attempt.passed:
        complete_module(enrolment=enrolment, module_id=read_module_id(attempt=attempt), now=now)
    return attempt


def _close(attempt: Attempt, answers: Mapping[str, Any], *, submitted_at: datetime | None) -> None:
    grade = grade_paper(paper=attempt.paper, answers=answers)
    attempt.submitted_at, attempt.score, attempt.passed = submitted_at, grade.score, grade.passed
    attempt.save(update_fields=["submitted_at", "score", "passed"])
    keep_marks(attempt=attempt, grade=grade)
