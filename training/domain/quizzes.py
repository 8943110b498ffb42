"""Attempts: started once, saved by appending, submitted once (rules R3 to R5)."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.models import Allowance, Attempt, Enrolment, Quiz, Response

from .completion import complete_module, lock_enrolment
from .papers import freeze_paper, is_blank, list_open_items, read_module_id
from .results import grade_paper, keep_marks
from .rules import QuizRules, find_promised_rules

logger = logging.getLogger(__name__)


class AlreadySubmitted(Exception):
    """The attempt is closed: what comes now is not saved, and the result stands."""


class TimeIsUp(Exception):
    """The deadline has passed: what was saved before it counts."""


class ClientClash(Exception):
    """Two pages send under one name (a tab was duplicated): this one needs another name, and what
    it sent was not kept."""


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
class Sender:
    """The page that sends answers. `seen` is the sequence up to which it knew the attempt; a page
    that does not say is taken to know nothing. `number` counts its background saves, so that one
    sent twice is kept once; `age` is how long ago the answers were given."""

    client: str = ""
    seen: int | None = None
    number: int | None = None
    age: timedelta = timedelta(0)


NOBODY = Sender()


@dataclass(frozen=True)
class Saved:
    """Where the attempt stands after a save: the answers that count, the sequence up to which they
    are known, and whether another page gave some of them since the sender's `seen`."""

    answers: dict[str, Any]
    sequence: int
    is_shared: bool


class _Row(NamedTuple):
    question_key: str
    answer: Any
    sequence: int
    client: str
    client_sequence: int | None
    given_at: datetime


def is_expired(*, attempt: Attempt, now: datetime) -> bool:
    return attempt.deadline is not None and attempt.deadline <= now


@dataclass(frozen=True)
class NextAttempt:
    """What a learner may do at a quiz: go on with an open attempt, start one, or neither."""

    is_open: bool
    obstacle: AttemptsExhausted | MustWait | None

    @property
    def sentence(self) -> str:
        """Why none may be started; "" if one may."""
        if isinstance(self.obstacle, AttemptsExhausted):
            return _("You have used all attempts of this quiz.")
        if isinstance(self.obstacle, MustWait):
            # Rounded up: at the minute that is named it must be true.
            until = timezone.localtime(self.obstacle.until + timedelta(seconds=59))
            return _("You can try again from %(until)s.") % {
                "until": date_format(until, "DATETIME_FORMAT")
            }
        return ""


def find_next_attempt(
    *, enrolment: Enrolment, module_id: int, rules: QuizRules | None, now: datetime
) -> NextAttempt:
    """One statement."""
    made = Attempt.objects.filter(enrolment=enrolment, quiz__module=module_id)
    last = made.order_by("-number").values_list("number", "submitted_at", "deadline").first()
    if last is None:
        return NextAttempt(is_open=False, obstacle=None)
    number, submitted_at, deadline = last
    is_open = submitted_at is None and (deadline is None or deadline > now)
    if is_open or rules is None:
        return NextAttempt(is_open=is_open, obstacle=None)
    # One whose time is up is as good as handed in at its deadline.
    obstacle = find_obstacle(
        rules=rules, made=number, last_submitted_at=submitted_at or deadline, now=now
    )
    return NextAttempt(is_open=False, obstacle=obstacle)


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
    allowance = Allowance.objects.filter(learner_id=enrolment.learner_id).first()
    percent = allowance.time_percent if allowance else 100
    return now + timedelta(minutes=rules.time_limit_minutes) * percent / 100


def start_attempt(
    *, enrolment: Enrolment, quiz: Quiz, now: datetime, rng: Random | None = None
) -> Attempt:
    """Open an attempt with a frozen paper, or return the one that is open.

    One whose time is up is closed first. Raises QuizNotReady, AttemptsExhausted, MustWait.
    """
    numbers = Attempt.objects.filter(enrolment=enrolment, quiz=quiz)
    last = numbers.order_by("-number").first()
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
        return numbers.order_by("-number")[0]


def _read_rows(attempt: Attempt) -> list[_Row]:
    rows = attempt.responses.order_by("sequence").values_list(*_Row._fields)
    return [_Row(*row) for row in rows]


def pick_latest(rows: Iterable[_Row | Response]) -> dict[str, Any]:
    """Of each question the answer given last; of two given at once, the one that came last."""
    ordered = sorted(rows, key=lambda row: (row.given_at, row.sequence))
    return {row.question_key: row.answer for row in ordered}


def read_saved_answers(*, attempt: Attempt) -> Saved:
    rows = _read_rows(attempt)
    sequence = rows[-1].sequence if rows else 0
    return Saved(answers=pick_latest(rows), sequence=sequence, is_shared=False)


def _given(rows: list[_Row], answers: Mapping[str, Any], sender: Sender) -> dict[str, Any]:
    """Those of the posted answers that the learner gave on that page.

    A form posts every answer it shows. One that the page already knew was not given now, or a
    forgotten tab would put back what was changed elsewhere.
    """
    if sender.number is not None:
        own = [row for row in rows if row.client == sender.client and row.client_sequence]
        # A page sends its saves in order, one at a time.
        if all(sender.number > (row.client_sequence or 0) for row in own):
            return dict(answers)
        sent = {row.question_key: row.answer for row in own if row.client_sequence == sender.number}
        if sent != answers:
            raise ClientClash
        return {}
    seen = sender.seen or 0
    known = pick_latest(
        [
            row
            for row in rows
            if row.sequence <= seen or (sender.client and row.client == sender.client)
        ]
    )
    return {
        key: answer
        for key, answer in answers.items()
        if (known[key] != answer if key in known else not is_blank(answer))
    }


def find_unsaved(*, attempt: Attempt, answers: Mapping[str, Any], sender: Sender) -> dict[str, Any]:
    """Of answers that were posted but not saved, those that nothing newer has overtaken."""
    rows = _read_rows(attempt)
    newer = {row.question_key for row in rows if row.sequence > (sender.seen or 0)}
    given = _given(rows, answers, sender)
    return {key: answer for key, answer in given.items() if key not in newer}


def _append(
    attempt: Attempt, answers: Mapping[str, Any], *, sender: Sender, now: datetime
) -> Saved:
    """Append what was given. The attempt must be locked."""
    rows = _read_rows(attempt)
    latest = pick_latest(rows)
    sequence = rows[-1].sequence if rows else 0
    # A page gives its answers in their order, however long one of them was on its way.
    own = [row.given_at for row in rows if sender.client and row.client == sender.client]
    given_at = max([attempt.started_at, now - max(sender.age, timedelta(0)), *own])
    new = [
        _Row(key, answer, sequence + 1, sender.client, sender.number, given_at)
        for key, answer in _given(rows, answers, sender).items()
        # A page's answer is kept even if it changes nothing: another one given before it may still
        # be on its way, and what the page gave is what it knows.
        if sender.client or key not in latest or latest[key] != answer
    ]
    if new:
        Response.objects.bulk_create(
            Response(attempt=attempt, saved_at=now, **row._asdict()) for row in new
        )
        sequence += 1
    return Saved(
        answers=pick_latest(rows + new),
        sequence=sequence,
        is_shared=sender.seen is not None
        and any(row.sequence > sender.seen and row.client != sender.client for row in rows),
    )


def save_answers(
    *, attempt_id: int, answers: Mapping[str, Any], now: datetime, sender: Sender = NOBODY
) -> Saved:
    """Keep answers without submitting. Raises AlreadySubmitted, TimeIsUp, ClientClash."""
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().defer("paper").get(pk=attempt_id)
        if attempt.submitted_at:
            raise AlreadySubmitted
        if is_expired(attempt=attempt, now=now):
            raise TimeIsUp
        return _append(attempt, answers, sender=sender, now=now)


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
    enrolment_id = Attempt.objects.values_list("enrolment_id", flat=True).get(pk=attempt_id)
    enrolment = lock_enrolment(enrolment_id=enrolment_id)
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    if attempt.submitted_at:
        raise AlreadySubmitted
    if is_expired(attempt=attempt, now=now):
        saved = read_saved_answers(attempt=attempt)
        _close(attempt, saved.answers, submitted_at=attempt.deadline)
    else:
        saved = _append(attempt, answers, sender=sender, now=now)
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
