"""One person registered twice, under two accounts: the history of both becomes one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from training.models import Affiliation, Allowance, Enrolment, Evidence, Invitation, Learner
from training.seams import learner_mergers

from .audit import record_audit


class NotMergeable(Exception):
    """Its text tells the operator why."""


@dataclass(frozen=True)
class Merged:
    """How many of each moved; `withdrawn` enrolments were open on both sides."""

    enrolments: int
    affiliations: int
    withdrawn: int


class _DryRun(Exception):
    pass


def merge_learners(
    *,
    from_id: int,
    into_id: int,
    reason: str,
    actor: Any,
    now: datetime,
    is_dry_run: bool = False,
) -> Merged:
    """Certificates follow their enrolments and keep the name they were issued with. The account of
    `from_id` stays, and tells whoever signs in with it to use the other one. Called again, it moves
    what came in between.

    Raises NotMergeable.
    """
    try:
        with transaction.atomic():
            merged = _merge(from_id, into_id, reason, actor, now)
            if is_dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return merged


def _merge(from_id: int, into_id: int, reason: str, actor: Any, now: datetime) -> Merged:
    enrolments = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    list(enrolments.filter(learner__in=[from_id, into_id]).order_by("pk").values_list("pk"))
    rows = Learner.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {each.pk: each for each in rows.filter(pk__in=[from_id, into_id])}
    _check(found, from_id, into_id)
    merged = Merged(
        withdrawn=_close_doubles(from_id, into_id, now),
        enrolments=Enrolment.objects.filter(learner=from_id).update(learner=into_id),
        affiliations=_move_affiliations(from_id, into_id),
    )
    Invitation.objects.filter(learner=from_id).update(learner=into_id)
    if Allowance.objects.filter(learner=into_id).exists():
        Allowance.objects.filter(learner=from_id).delete()
    Allowance.objects.filter(learner=from_id).update(learner=into_id)
    for move in learner_mergers:
        move(from_id, into_id)
    # What was merged into that one before points at the one that is left, too.
    Learner.objects.filter(Q(pk=from_id) | Q(merged_into=from_id)).update(merged_into=into_id)
    record_audit(
        action="learner.merge",
        actor=actor,
        at=now,
        subject=found[from_id],
        reason=reason,
        details={"into": into_id, "enrolments": merged.enrolments, "withdrawn": merged.withdrawn},
    )
    return merged


def _check(found: dict[int, Learner], from_id: int, into_id: int) -> None:
    if from_id == into_id:
        raise NotMergeable("both are the same learner")
    for pk in (from_id, into_id):
        if pk not in found:
            raise NotMergeable(f"there is no learner {pk}")
        if found[pk].erased_at:
            raise NotMergeable(f"learner {pk} is erased")
    if found[into_id].merged_into_id:
        raise NotMergeable(
            f"learner {into_id} was merged into {found[into_id].merged_into_id}: name that one"
        )
    if found[from_id].merged_into_id not in (None, into_id):
        raise NotMergeable(
            f"learner {from_id} was merged into {found[from_id].merged_into_id} already"
        )


def _close_doubles(from_id: int, into_id: int, now: datetime) -> int:
    """Of two open enrolments in a course the one that is further stays open. One that was begun
    before the course was completed under the other account is not needed any more."""
    both = Enrolment.objects.filter(learner__in=[from_id, into_id], withdrawn_at=None)
    progress = both.annotate(
        modules=Count("module_completions", distinct=True),
        passed=Count("attempts", filter=Q(attempts__passed=True), distinct=True),
        made=Count("attempts", distinct=True),
    ).order_by("-modules", "-passed", "-made", "enrolled_at", "pk")
    kept: dict[int, int] = {}
    doubles: list[int] = []
    completed: dict[int, list[datetime]] = {}
    for each in both.completed():
        completed.setdefault(each.course_id, []).append(each.completed_at)  # type: ignore[arg-type]
    for each in progress.open():
        later = any(done > each.enrolled_at for done in completed.get(each.course_id, ()))
        if later or kept.setdefault(each.course_id, each.pk) != each.pk:
            doubles.append(each.pk)
    return Enrolment.objects.open().filter(pk__in=doubles).update(withdrawn_at=now)


def _move_affiliations(from_id: int, into_id: int) -> int:
    """The same open affiliation on both sides becomes one: the confirmed one, with the earlier
    first day and all evidence."""
    open_ones = Affiliation.objects.filter(ended_on=None, refused_at=None)
    mine = {
        (each.local_government_id, each.category): each
        for each in open_ones.filter(learner=into_id)
    }
    for each in open_ones.filter(learner=from_id):
        other = mine.get((each.local_government_id, each.category))
        if other is None:
            continue
        kept, dropped = (
            (each, other) if each.confirmed_at and not other.confirmed_at else (other, each)
        )
        started = [day for day in (kept.started_on, dropped.started_on) if day]
        Evidence.objects.filter(affiliation=dropped).update(affiliation=kept)
        dropped.delete()
        kept.started_on = min(started) if started else None
        kept.learner_id = into_id
        kept.save(update_fields=["started_on", "learner"])
    return Affiliation.objects.filter(learner=from_id).update(learner=into_id)
