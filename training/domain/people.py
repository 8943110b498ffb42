from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Subquery, When

from training.clock import day_in_japan
from training.models import (
    AuditEntry,
    Learner,
    LocalGovernment,
    PurposeNotice,
    RegistrationDraft,
)

from .affiliations import add_affiliation
from .audit import record_audit
from .evidence import StoredFile
from .invitations import settle_taken_up


def current_purpose_notice(*, today: date) -> PurposeNotice | None:
    """The latest version that is in force."""
    in_force = PurposeNotice.objects.filter(published_on__lte=today)
    return in_force.order_by("-version").first()


def find_learner(*, user_id: int, today: date) -> Any:
    """With `has_new_purpose`: whether a later notice than the accepted one is in force. One
    statement."""
    newest = PurposeNotice.objects.filter(published_on__lte=today).order_by("-version")
    return (
        Learner.objects.filter(user_id=user_id)
        .select_related("purpose_notice")
        .annotate(newest_version=Subquery(newest.values("version")[:1]))
        .annotate(
            has_new_purpose=Case(
                When(newest_version__gt=F("purpose_notice__version"), then=True), default=False
            )
        )
        .first()
    )


def is_accepted(*, notice: PurposeNotice) -> bool:
    """Whether anybody's consent rests on this version, or rested on it before a later one, so that
    it must stay as it is."""
    later = Q(purpose_notice__version__gte=notice.version)
    return Learner.objects.filter(later).exists()


def register_learner(
    *,
    user: Any,
    full_name: str,
    kana: str,
    former_name: str,
    category: str,
    local_government: LocalGovernment,
    purpose_notice: PurposeNotice,
    now: datetime,
    today: date | None = None,
    started_on: date | None = None,
    ended_on: date | None = None,
    evidence: StoredFile | None = None,
) -> Learner:
    """Make the learner and the first affiliation, and forget the draft. A second call returns the
    learner there is. Two people with the same name and body are two.

    Raises what affiliations.check_facts raises.
    """
    try:
        with transaction.atomic():
            learner = Learner.objects.create(
                user=user,
                full_name=full_name,
                kana=kana,
                former_name=former_name,
                purpose_notice=purpose_notice,
                purpose_accepted_at=now,
                registered_at=now,
            )
            add_affiliation(
                learner=learner,
                category=category,
                local_government=local_government,
                started_on=started_on,
                ended_on=ended_on,
                today=today or day_in_japan(now),
                now=now,
                stored=evidence,
            )
            RegistrationDraft.objects.filter(user=user).delete()
            settle_taken_up(learner=learner, user=user, now=now)
            return learner
    except IntegrityError:
        return Learner.objects.get(user=user)


def accept_purpose(*, learner: Learner, notice: PurposeNotice, now: datetime) -> None:
    """Once per version; when each was accepted stays known."""
    with transaction.atomic():
        earlier = Learner.objects.filter(pk=learner.pk, purpose_notice__version__lt=notice.version)
        # Kept in the log: the learner's row has room for the latest only.
        before = {"version": learner.purpose_notice.version}
        if not earlier.update(purpose_notice=notice, purpose_accepted_at=now):
            return
        record_audit(
            action="purpose.accept",
            actor=learner.user,
            at=now,
            subject=learner,
            details={
                "version": notice.version,
                "before": before
                | {"accepted_at": learner.purpose_accepted_at.isoformat(timespec="seconds")},
            },
        )


def read_acceptances(*, learner: Learner) -> list[tuple[int, datetime]]:
    """Which versions were accepted when, the latest first."""
    accepted = [(learner.purpose_notice.version, learner.purpose_accepted_at)]
    earlier = AuditEntry.objects.filter(
        action="purpose.accept",
        object_type=learner._meta.label_lower,
        object_id=str(learner.pk),
    )
    for details in earlier.order_by("-pk").values_list("details", flat=True):
        before = details["before"]
        accepted.append((before["version"], datetime.fromisoformat(before["accepted_at"])))
    return accepted


def correct_learner(
    *, learner: Learner, full_name: str, kana: str, former_name: str, user: Any, now: datetime
) -> bool:
    """Certificates keep the name that they were issued with. Returns whether anything changed."""
    names = {"full_name": full_name, "kana": kana, "former_name": former_name}
    changed = [name for name, value in names.items() if getattr(learner, name) != value]
    if not changed:
        return False
    with transaction.atomic():
        if not Learner.objects.filter(pk=learner.pk, erased_at=None).update(**names):
            return False
        record_audit(
            action="learner.correct",
            actor=user,
            at=now,
            subject=learner,
            details={"fields": changed},
        )
    return True


def present_learner(*, learner: Learner) -> Learner:
    """The one that a double registration was merged into, and that one's, to the last."""
    while learner.merged_into:
        learner = learner.merged_into
    return learner


def address_hint(*, learner: Learner) -> str:
    """Enough of an address for its owner to know it: y…@example.jp. "" if there is none."""
    address = learner.user.email if learner.user else ""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}…{at}{host}" if at else ""
