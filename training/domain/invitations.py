"""A body asks somebody to register. The link is spent by saying yes, not by opening it: scanners of
mail open links too."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from training.clock import day_in_japan
from training.conf import base_url
from training.models import (
    Affiliation,
    Appointment,
    Invitation,
    InvitationUpload,
    Learner,
    LocalGovernment,
    RegistrationDraft,
)
from training.seams import has_verified

from .audit import record_audit
from .bodies import BODY_PATHS, present_body
from .invitation_lists import Invited, read_preview
from .mails import queue_mail
from .offices import Office
from .scopes import with_merged

VALID_FOR = timedelta(days=90)
MAX_SENDINGS = 3
# Between one mail and the next to the same person.
PAUSE = timedelta(days=1)


class UploadGone(Exception):
    """Sent already, maybe by a second press of the button, or older than a day."""


class InvitationGone(Exception):
    """Accepted, withdrawn or unknown."""


class InvitationExpired(Exception):
    """The body can send it again."""


class SentTooOften(Exception):
    """Three mails, a day apart at least, are enough for anybody."""


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def send_list(*, upload: InvitationUpload, office: Office | None, user: Any, now: datetime) -> int:
    """Invite everybody who is ready; how many that were. Two presses of the button and two
    colleagues with the same list invite nobody twice. Raises UploadGone."""
    preview = read_preview(upload=upload, office=office, now=now)
    with transaction.atomic():
        gone, _models = InvitationUpload.objects.filter(pk=upload.pk).delete()
        if not gone:
            raise UploadGone
        sent = _invite(preview.ready, user, now)
        for body in {each.local_government for each in sent}:
            record_audit(
                action="invitation.send",
                actor=user,
                at=now,
                local_government=body,
                details={"count": sum(1 for each in sent if each.local_government == body)},
            )
    return len(sent)


def _invite(people: Sequence[Invited], user: Any, now: datetime) -> list[Invitation]:
    tokens = {_hash(token): token for token in (secrets.token_urlsafe(32) for _each in people)}
    made = [
        Invitation(
            local_government=person.body,
            email=person.email,
            full_name=person.full_name,
            kana=person.kana,
            category=person.category,
            started_on=person.started_on,
            token_sha256=hashed,
            invited_by=user,
            invited_at=now,
            sent_at=now,
            expires_at=now + VALID_FOR,
        )
        for person, hashed in zip(people, tokens, strict=True)
    ]
    # Whom a colleague invited a moment ago stays invited once.
    Invitation.objects.bulk_create(made, ignore_conflicts=True)
    rows = Invitation.objects.filter(token_sha256__in=tokens)
    sent = list(rows.select_related("local_government__prefecture"))
    for invitation in sent:
        _send(invitation, tokens[invitation.token_sha256], now)
    return sent


def _send(invitation: Invitation, token: str, now: datetime) -> None:
    queue_mail(
        key=f"invitation-{invitation.pk}-{invitation.sent_count}",
        to=invitation.email,
        template="training/mail/invitation.txt",
        context={
            "invitation": invitation,
            "url": base_url() + reverse("training:invitation", args=[token]),
        },
        now=now,
        at_once=False,
    )


def invitations_of(*, office: Office | None, user: Any) -> Any:
    """Newest first; of the ministry, what this account sent."""
    rows = Invitation.objects.select_related("local_government__prefecture").order_by("-pk")
    return (
        rows.filter(local_government__in=office.codes) if office else rows.filter(invited_by=user)
    )


def withdraw(*, invitation: Invitation, user: Any, now: datetime) -> None:
    """Raises InvitationGone."""
    with transaction.atomic():
        if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=now):
            raise InvitationGone
        record_audit(
            action="invitation.withdraw",
            actor=user,
            at=now,
            subject=invitation,
            local_government=invitation.local_government,
        )


def may_send_again(*, invitation: Invitation, now: datetime) -> bool:
    return invitation.sent_count < MAX_SENDINGS and invitation.sent_at <= now - PAUSE


def send_again(*, invitation: Invitation, user: Any, now: datetime) -> None:
    """With a new link; the old one is void. Raises InvitationGone, SentTooOften."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        still_open = Invitation.objects.open().filter(pk=invitation.pk)
        due = still_open.filter(sent_count__lt=MAX_SENDINGS, sent_at__lte=now - PAUSE)
        if not due.update(
            token_sha256=_hash(token),
            sent_at=now,
            sent_count=F("sent_count") + 1,
            expires_at=now + VALID_FOR,
        ):
            raise SentTooOften if still_open.exists() else InvitationGone
        invitation.refresh_from_db()
        _send(invitation, token, now)
        record_audit(
            action="invitation.send_again",
            actor=user,
            at=now,
            subject=invitation,
            local_government=invitation.local_government,
        )


def find_invitation(*, token: str) -> Invitation | None:
    rows = Invitation.objects.select_related("invited_by", *BODY_PATHS)
    return rows.filter(token_sha256=_hash(token)).first()


def take_up(*, invitation: Invitation, user: Any, now: datetime) -> Learner | None:
    """Say yes. A learner belongs to the body from now on; anybody else registers first, with what
    the body wrote filled in, and `settle_taken_up` does the rest. Returns the learner, if any.

    Raises InvitationGone, InvitationExpired.
    """
    learner = Learner.objects.filter(user=user).first()
    with transaction.atomic():
        mine = Invitation.objects.open().filter(pk=invitation.pk, expires_at__gt=now)
        if not mine.update(taken_up_by=user):
            is_open = Invitation.objects.open().filter(pk=invitation.pk).exists()
            raise InvitationExpired if is_open else InvitationGone
        if learner and not _settle(invitation, learner, user, now, is_new=False):
            raise InvitationGone
        if learner is None:
            _fill_in(invitation, user, now)
    return learner


def _fill_in(invitation: Invitation, user: Any, now: datetime) -> None:
    body = present_body(body=invitation.local_government, today=day_in_japan(now))
    started_on = invitation.started_on
    told = {
        "full_name": invitation.full_name,
        "kana": invitation.kana,
        "category": invitation.category,
        "prefecture": body.prefecture_id or body.pk,
        "municipality": body.pk if body.prefecture_id else "",
        "started_on": started_on.isoformat() if started_on else "",
    }
    draft, is_new = RegistrationDraft.objects.get_or_create(
        user=user, defaults={"data": told, "updated_at": now}
    )
    if not is_new:
        # What somebody typed of themselves is theirs.
        typed = {name: value for name, value in draft.data.items() if value}
        draft.data, draft.updated_at = told | typed, now
        draft.save(update_fields=["data", "updated_at"])


def settle_taken_up(*, learner: Learner, user: Any, now: datetime) -> None:
    """For whoever said yes before they were registered. Call it in the registration's
    transaction."""
    rows = Invitation.objects.open().filter(taken_up_by=user).select_related(*BODY_PATHS)
    for invitation in rows:
        _settle(invitation, learner, user, now, is_new=True)


def _settle(
    invitation: Invitation, learner: Learner, user: Any, now: datetime, *, is_new: bool
) -> bool:
    """False if it was withdrawn or accepted a moment ago."""
    won = Invitation.objects.open().filter(pk=invitation.pk)
    if not won.update(accepted_at=now, learner=learner):
        return False
    record_audit(
        action="invitation.accept",
        actor=user,
        at=now,
        subject=invitation,
        local_government=invitation.local_government,
    )
    body = present_body(body=invitation.local_government, today=day_in_japan(now))
    affiliation = _find_affiliation(learner, body, invitation)
    if affiliation is None:
        if is_new:
            # They registered as something else, or elsewhere: that waits like any other claim.
            return True
        affiliation = Affiliation.objects.create(
            learner=learner,
            category=invitation.category,
            local_government=body,
            started_on=invitation.started_on,
            claimed_at=now,
        )
    # The body's word holds for what it wrote, not for another first day.
    told = affiliation.started_on
    is_as_written = told is None or invitation.started_on in (None, told)
    is_invited = has_verified(user=user, address=invitation.email)
    if is_as_written and is_invited and _spoke_for_body(invitation, body):
        _confirm(affiliation, invitation, now)
    return True


def _find_affiliation(
    learner: Learner, body: LocalGovernment, invitation: Invitation
) -> Affiliation | None:
    return Affiliation.objects.filter(
        learner=learner,
        local_government=body,
        category=invitation.category,
        ended_on=None,
        refused_at=None,
    ).first()


def _spoke_for_body(invitation: Invitation, body: LocalGovernment) -> bool:
    """Whoever invited acted for the body then. The ministry's word is not the body's."""
    bodies = LocalGovernment.objects.filter(with_merged([body.pk]))
    day = day_in_japan(invitation.invited_at)
    appointed = Appointment.objects.current(today=day).filter(user=invitation.invited_by_id)
    return appointed.filter(local_government__in=bodies).exists()


def _confirm(affiliation: Affiliation, invitation: Invitation, now: datetime) -> None:
    # An officer who invites the own address says it of themselves.
    if affiliation.learner.user_id == invitation.invited_by_id:
        return
    waiting = Affiliation.objects.waiting().filter(pk=affiliation.pk)
    if waiting.update(confirmed_by=invitation.invited_by_id, confirmed_at=now):
        record_audit(
            action="affiliation.confirm",
            actor=invitation.invited_by,
            at=now,
            subject=affiliation,
            local_government=affiliation.local_government,
            details={"invitation": invitation.pk},
        )
