"""Officers are appointed by their address: whoever has no account yet gets one."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from cms.accounts.mails import find_user, take_over
from cms.models import User
from training.domain.appointments import appoint
from training.domain.mails import queue_mail
from training.models import Appointment, LocalGovernment


class OwnAppointment(Exception):
    """Nobody gives rights to themselves."""


def appoint_by_address(
    *,
    email: str,
    local_government: LocalGovernment,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    actor: Any,
    now: datetime,
) -> Appointment:
    """The officer is told by mail. Raises OwnAppointment, AlreadyAppointed, EndsBeforeItStarts."""
    with transaction.atomic():
        user, is_new = _find_or_make(email)
        if user == actor:
            raise OwnAppointment
        if not is_new:
            # Whoever signed up with an address that is not theirs must not become an officer.
            take_over(user, email)
        appointment = appoint(
            user=user,
            local_government=local_government,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
            actor=actor,
            now=now,
        )
        queue_mail(
            key=f"appointment:{appointment.pk}",
            to=appointment.user.email,
            template="cms/mails/appointed.txt",
            context={
                "appointment": appointment,
                "is_new": is_new,
                "sign_in_url": settings.SITE_URL + reverse("account_login"),
                "password_url": settings.SITE_URL + reverse("account_reset_password"),
            },
            now=now,
        )
    return appointment


def _find_or_make(email: str) -> tuple[User, bool]:
    """Of two who appoint the same new officer at once, one makes the account: the database says
    which."""
    if found := find_user(email):
        return found, False
    try:
        with transaction.atomic():
            # Without a password: they sign in by mail, or set one by mail.
            return User.objects.create_user(email), True
    except IntegrityError:
        if found := find_user(email):
            return found, False
        raise
