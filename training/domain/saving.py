"""Answers, kept as they are given: appended, never changed; the one given last counts (rule R5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.http import QueryDict

from training.models import Attempt, Response
from training.prepared import Given, Prepared

from .papers import is_blank, read_answers


class AlreadySubmitted(Exception):
    """The attempt is closed: what comes now is not saved, and the result stands."""


class TimeIsUp(Exception):
    """The deadline has passed: what was saved before it counts."""


class ClientClash(Exception):
    """Two pages send under one name (a tab was duplicated): this one needs another name, and what
    it sent was not kept."""


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


_responses = Prepared(
    lambda: (
        Response.objects.filter(attempt=Given("attempt"))
        .order_by("sequence")
        .values_list(*_Row._fields)
    )
)
# Whose it is and the lock in one statement: this is what a quiz asks for most often.
_own_attempt = Prepared(
    lambda: (
        Attempt.objects.owned_by(Given("user"))
        .enrolled()
        .filter(pk=Given("attempt"))
        .select_for_update(of=("self",))
    )
)


def _read_rows(attempt: Attempt) -> list[_Row]:
    return [_Row(*row) for row in _responses.all(attempt=attempt.pk)]


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


def append_answers(
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


def _append_in_time(
    attempt: Attempt, answers: Mapping[str, Any], *, sender: Sender, now: datetime
) -> Saved:
    if attempt.submitted_at:
        raise AlreadySubmitted
    if is_expired(attempt=attempt, now=now):
        raise TimeIsUp
    return append_answers(attempt, answers, sender=sender, now=now)


def save_answers(
    *, attempt_id: int, answers: Mapping[str, Any], now: datetime, sender: Sender = NOBODY
) -> Saved:
    """Keep answers without submitting. Raises AlreadySubmitted, TimeIsUp, ClientClash."""
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().defer("paper").get(pk=attempt_id)
        return _append_in_time(attempt, answers, sender=sender, now=now)


def save_form(
    *, user_id: int | None, attempt_id: int, data: QueryDict, now: datetime, sender: Sender
) -> Saved:
    """Keep what a form holds of the user's own attempt. Raises what save_answers raises, and
    Attempt.DoesNotExist for one that is somebody else's or of a withdrawn enrolment."""
    with transaction.atomic():
        attempt = _own_attempt.get(user=user_id, attempt=attempt_id)
        answers = read_answers(paper=attempt.paper, data=data)
        return _append_in_time(attempt, answers, sender=sender, now=now)
