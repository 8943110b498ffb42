"""Who acts for a body, from when to when. An appointment is ended, never deleted."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from training.models import Appointment, LocalGovernment

from .audit import record_audit


class AlreadyAppointed(Exception):
    """The account acts for this body already on one of these days: as `appointment` says."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(appointment.pk)
        self.appointment = appointment


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
    with transaction.atomic():
        appointment = Appointment(
            user=user,
            local_government=local_government,
            starts_on=starts_on,
            ends_on=ends_on,
            appointed_by=actor,
        )
        _check_alone(appointment)
        appointment.save()
        _record("appointment.start", appointment, actor, now, reason)
    return appointment


def _check_alone(appointment: Appointment) -> None:
    """No day twice: ending one of two would leave the rights of the other."""
    # Whoever is appointed at the same moment by somebody else waits here.
    get_user_model().objects.select_for_update(no_key=True).get(pk=appointment.user_id)
    others = Appointment.objects.exclude(pk=appointment.pk).filter(
        Q(ends_on=None) | Q(ends_on__gte=appointment.starts_on),
        user=appointment.user_id,
        local_government=appointment.local_government_id,
        ended_at=None,
    )
    if appointment.ends_on:
        others = others.filter(starts_on__lte=appointment.ends_on)
    if other := others.order_by("starts_on").first():
        raise AlreadyAppointed(other)


def set_last_day(
    *, appointment_id: int, ends_on: date, reason: str, actor: Any, now: datetime
) -> None:
    """The officer acts until that day is over. Raises AlreadyAppointed, AlreadyEnded,
    EndsBeforeItStarts."""
    with transaction.atomic():
        appointment = _lock(appointment_id)
        if ends_on < appointment.starts_on:
            raise EndsBeforeItStarts
        appointment.ends_on = ends_on
        _check_alone(appointment)
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
