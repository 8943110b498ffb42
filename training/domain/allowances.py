"""More time for a learner who needs it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from training.models import Allowance, Attempt, Learner

from .rules import find_promised_rules


def lock_allowance(*, learner_id: int) -> None:
    """Until the end of the transaction nobody else grants the learner one, or starts by it."""
    list(Learner.objects.select_for_update().filter(pk=learner_id).values_list("pk"))


def grant_allowance(
    *, learner: Learner, time_percent: int, reason: str, now: datetime, user: Any = None
) -> Allowance:
    """Grant or change it. Attempts under way get the longer time at once; none gets a shorter one,
    and one whose time is up stays so. `user` is who granted it, for the log; the reason is not
    logged."""
    with transaction.atomic():
        lock_allowance(learner_id=learner.pk)
        allowance, is_new = Allowance.objects.update_or_create(
            learner=learner, defaults={"time_percent": time_percent, "reason": reason}
        )
        attempts = (
            Attempt.objects.select_for_update(of=("self",))
            .select_related("enrolment__version", "quiz")
            .defer("paper")
            .filter(enrolment__learner=learner, submitted_at=None, deadline__gt=now)
            .order_by("pk")
        )
        for attempt in attempts:
            _extend(attempt, time_percent=time_percent)
        log(
            instance=allowance,
            action="wagtail.create" if is_new else "wagtail.edit",
            user=user,
            data={"time_percent": time_percent},
            content_changed=True,
        )
    return allowance


def _extend(attempt: Attempt, *, time_percent: int) -> None:
    limit = find_promised_rules(enrolment=attempt.enrolment, quiz=attempt.quiz).time_limit_minutes
    if limit is None:
        return
    deadline = attempt.started_at + timedelta(minutes=limit) * time_percent / 100
    if attempt.deadline is not None and deadline > attempt.deadline:
        attempt.deadline = deadline
        attempt.save(update_fields=["deadline"])
