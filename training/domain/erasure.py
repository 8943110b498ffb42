"""A person asks to be forgotten. The names go, the account goes, what was typed freely goes; what
was learned and what was certified stays without a name, and every number still resolves (R6)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from training.clock import day_in_japan
from training.models import (
    Affiliation,
    Allowance,
    Appointment,
    Enrolment,
    Evidence,
    Invitation,
    Learner,
    RegistrationDraft,
)
from training.seams import account_erasers, learner_erasers

from .audit import record_audit
from .evidence import delete_evidence
from .own_data import addresses_of, ids_of, mails_to
from .registration import delete_drafts


class AlreadyErased(Exception):
    pass


def keeps_account(*, user: Any, now: datetime) -> bool:
    """Whoever works for the site or for a body goes on doing so, without being a learner."""
    if user.is_staff or user.is_superuser or user.groups.exists():
        return True
    today = day_in_japan(now)
    return bool(Appointment.objects.current(today=today).filter(user=user).exists())


def erase_learner(*, learner_id: int, actor: Any, now: datetime, reason: str) -> None:
    """With all that was merged into it. Raises AlreadyErased.

    A quiz that is handed in at the same moment comes before, and counts, or after, and completes
    nothing: both lock the enrolment first.
    """
    with transaction.atomic():
        ids = ids_of(learner_id=learner_id)
        # Without the key: an attempt that is being started holds the learner and refers to the
        # enrolment, which would be the other way round.
        enrolments = Enrolment.objects.select_for_update(of=("self",), no_key=True)
        list(enrolments.filter(learner__in=ids).order_by("pk").values_list("pk"))
        learners = list(
            Learner.objects.select_for_update(of=("self",), no_key=True)
            .select_related("user")
            .filter(pk__in=ids, erased_at=None)
            .order_by("pk")
        )
        if learner_id not in [each.pk for each in learners]:
            raise AlreadyErased
        for learner in learners:
            for erase in learner_erasers:
                erase(learner.pk, now)
        mails_to(addresses=addresses_of(ids=ids)).delete()
        _erase_what_was_typed(ids, now)
        users = [each.user for each in learners if each.user]
        Learner.objects.filter(pk__in=ids).update(
            user=None, full_name="", kana="", former_name="", erased_at=now
        )
        for user in users:
            drafts = RegistrationDraft.objects.filter(user=user)
            delete_drafts(pks=list(drafts.values_list("pk", flat=True)))
            if not keeps_account(user=user, now=now):
                for erase_account in account_erasers:
                    erase_account(user, now)
        record_audit(
            action="learner.erase",
            actor=actor,
            at=now,
            subject=Learner(pk=learner_id),
            reason=reason,
            details={"merged": len(ids) - 1},
        )


def _erase_what_was_typed(ids: list[int], now: datetime) -> None:
    Enrolment.objects.open().filter(learner__in=ids).update(withdrawn_at=now)
    Allowance.objects.filter(learner__in=ids).delete()
    Invitation.objects.filter(learner__in=ids).delete()
    mine = Affiliation.objects.filter(learner__in=ids)
    kept = Evidence.objects.filter(affiliation__in=mine, deleted_at=None)
    delete_evidence(evidence=kept, now=now)
    mine.update(refusal_reason="")
    # What no body has confirmed is only what the person said; no officer shall look for it.
    mine.waiting().update(refused_at=now)
    today = day_in_japan(now)
    current = mine.current(today=today)
    current.filter(started_on__gte=today).update(ended_on=F("started_on"))
    current.exclude(started_on__gte=today).update(ended_on=today - timedelta(days=1))
