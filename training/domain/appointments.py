"""Who acts for a body, from when to when. An appointment is ended, never deleted."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from training.models import Appointment, LocalGovernment

from .audit import record_audit


class AlreadyAppointed(Exception):
    """The account acts for this body already, without an end."""


class AlreadyEnded(Exception):
    """Nothing is left to end."""


class EndsBeforeItStarts(Exception):
    pass


def appoint(
    *,
    user: Any,
    local_government: LocalGovernment,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    actor: Any,
    now: datetime,
) -> Appointment:
    """Raises AlreadyAppointed, EndsBeforeItStarts."""
    if ends_on and ends_on < starts_on:
        raise EndsBeforeItStarts
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                user=user,
                local_government=local_government,
                starts_on=starts_on,
                ends_on=ends_on,
                appointed_by=actor,
            )
            _record("appointment.start", appointment, actor, now, reason)
    except IntegrityError as error:
        raise AlreadyAppointed from error
    return appointment


def set_last_day(
    *, appointment_id: int, ends_on: date, reason: str, actor: Any, now: datetime
) -> None:
    """The officer acts until that day is over. Raises AlreadyEnded, EndsBeforeItStarts."""
    with transaction.atomic():
        appointment = _lock(appointment_id)
        if ends_on < appointment.starts_on:
            raise EndsBeforeItStarts
        appointment.ends_on = ends_on
        appointment.save(update_fields=["ends_on"])
        _record("appointment.end", appointment, actor, now, reason)


def end_at_once(*, appointment_id: int, reason: str, actor: Any, now: datetime) -> None:
    """What the officer asks for next is refused. Raises AlreadyEnded."""
    with transaction.atomic():
        appointment = _lock(appointment_id)
        appointment.ended_at = now
        appointment.save(update_fields=["ended_at"])
        _record("appointment.end", appointment, actor, now, reason)


def _lock(appointment_id: int) -> Appointment:
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("local_government")
        .get(pk=appointment_id)
    )
    if appointment.ended_at:
        raise AlreadyEnded
    return appointment


def _record(action: str, appointment: Appointment, actor: Any, now: datetime, reason: str) -> None:
    record_audit(
        action=action,
        actor=actor,
        at=now,
        subject=appointment,
        local_government=appointment.local_government,
        reason=reason,
        details={
            "account": appointment.user_id,
            "from": appointment.starts_on.isoformat(),
            "until": appointment.ends_on.isoformat() if appointment.ends_on else None,
            "at_once": appointment.ended_at is not None,
        },
    )
