"""Each class of what is kept has a clock of its own. docs/people.md tells which and why."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from training.clock import JAPAN
from training.conf import KEPT_FOR, retention_period
from training.models import (
    Attempt,
    Enrolment,
    Evidence,
    ImportUpload,
    Invitation,
    InvitationUpload,
    Learner,
    OutgoingMail,
    RegistrationDraft,
)
from training.seams import KeptClass, kept_classes

from .audit import record_audit
from .erasure import AlreadyErased, erase_learner
from .evidence import delete_evidence, delete_left_behind
from .registration import delete_drafts

logger = logging.getLogger(__name__)
# Of one class in one run, so that a run ends; the next night goes on.
LIMIT = 1000
OVER = _("The time of keeping is over.")
FISCAL_YEAR_BEGINS = (4, 1)


class BadPeriods(ValueError):
    """A class that is not there would silently be kept for another period than was meant."""


@dataclass(frozen=True)
class Outcome:
    """`before` is None for a class that is kept for ever; `problem` names an error's type."""

    kept: KeptClass
    period: int | None
    before: datetime | None
    count: int = 0
    problem: str = ""


def run_out_before(*, period: int, in_fiscal_years: bool, now: datetime) -> datetime:
    """What is older than this was kept for its whole period. Fiscal years are counted from the 1
    April that follows: of February 2023, three years are over on 1 April 2026."""
    if not in_fiscal_years:
        return now - timedelta(days=period)
    today = now.astimezone(JAPAN)
    year = today.year if (today.month, today.day) >= FISCAL_YEAR_BEGINS else today.year - 1
    return datetime(year - period, *FISCAL_YEAR_BEGINS, tzinfo=JAPAN)


def run_retention(*, now: datetime, is_dry_run: bool) -> list[Outcome]:
    """Delete what has had its time, or only count it. One class that fails stops no other. Raises
    BadPeriods before anything goes."""
    _check_periods()
    if not is_dry_run:
        delete_left_behind()
    outcomes = [_run(kept, now, is_dry_run) for kept in [*OWN_CLASSES, *kept_classes]]
    deleted = {each.kept.name: each.count for each in outcomes if each.count}
    if deleted and not is_dry_run:
        with transaction.atomic():
            record_audit(action="retention.run", actor=None, at=now, details=deleted)
    return outcomes


def _check_periods() -> None:
    periods: dict[str, int | None] = getattr(settings, "TRAINING_RETENTION", {})
    known = {kept.name for kept in [*OWN_CLASSES, *kept_classes]}
    if unknown := sorted(periods.keys() - known):
        raise BadPeriods(
            f"no such class: {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        )
    # It would reach into the future and leave nothing.
    for name, period in periods.items():
        if period is not None and period < 0:
            raise BadPeriods(f"{name} cannot be kept {period}: write 0 or more, or never")


def _run(kept: KeptClass, now: datetime, is_dry_run: bool) -> Outcome:
    period = retention_period(kept.name, kept.period)
    if period is None:
        return Outcome(kept, None, None)
    before = run_out_before(period=period, in_fiscal_years=kept.in_fiscal_years, now=now)
    try:
        count = kept.count(before) if is_dry_run else kept.delete(before, now)
    except Exception as error:
        logger.exception("retention of %s", kept.name)
        return Outcome(kept, period, before, problem=type(error).__name__)
    return Outcome(kept, period, before, count)


def _decided(before: datetime) -> QuerySet[Evidence]:
    decided = Q(affiliation__confirmed_at__lt=before) | Q(affiliation__refused_at__lt=before)
    # Added after the decision, it has its time too.
    return Evidence.objects.filter(decided, deleted_at=None, uploaded_at__lt=before)


def _undecided(before: datetime) -> QuerySet[Evidence]:
    return Evidence.objects.filter(
        affiliation__confirmed_at=None,
        affiliation__refused_at=None,
        deleted_at=None,
        uploaded_at__lt=before,
    )


def _drafts(before: datetime) -> QuerySet[RegistrationDraft]:
    return RegistrationDraft.objects.filter(updated_at__lt=before)


def _import_uploads(before: datetime) -> QuerySet[ImportUpload]:
    """Of up to 60 MB each, which nobody needs in memory to delete them."""
    return ImportUpload.objects.filter(made_at__lt=before).defer("data")


def _uploads(before: datetime) -> QuerySet[InvitationUpload]:
    return InvitationUpload.objects.filter(made_at__lt=before)


def _ended_invitations(before: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        Q(accepted_at__lt=before)
        | Q(withdrawn_at__lt=before)
        | Q(accepted_at=None, withdrawn_at=None, expires_at__lt=before)
    )


def _mails(before: datetime) -> QuerySet[OutgoingMail]:
    """Sent, or given up."""
    return OutgoingMail.objects.filter(next_try_at=None, created_at__lt=before)


def _inactive(before: datetime) -> QuerySet[Learner]:
    """Neither signed in nor enrolled nor at a quiz since."""
    enrolled = Enrolment.objects.filter(learner=OuterRef("pk"), enrolled_at__gte=before)
    tried = Attempt.objects.filter(enrolment__learner=OuterRef("pk"), started_at__gte=before)
    return Learner.objects.filter(
        ~Exists(enrolled),
        ~Exists(tried),
        Q(user=None) | Q(user__last_login=None) | Q(user__last_login__lt=before),
        erased_at=None,
        merged_into=None,
        registered_at__lt=before,
    )


def delete_rows(*, rows: QuerySet[Any]) -> int:
    """At most LIMIT of them. Returns how many."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:LIMIT])
    rows.filter(pk__in=pks).delete()
    return len(pks)


def _delete_evidence(rows: QuerySet[Evidence], now: datetime) -> int:
    with transaction.atomic():
        return delete_evidence(evidence=rows.order_by("pk")[:LIMIT], now=now)


def _erase_inactive(before: datetime, now: datetime) -> int:
    count = 0
    for pk in list(_inactive(before).order_by("pk").values_list("pk", flat=True)[:LIMIT]):
        try:
            erase_learner(learner_id=pk, actor=None, now=now, reason=str(OVER))
            count += 1
        except AlreadyErased:
            continue
    return count


def _delete_drafts(before: datetime, now: datetime) -> int:
    return delete_drafts(pks=list(_drafts(before).values_list("pk", flat=True)[:LIMIT]))


OWN_CLASSES = [
    KeptClass(
        "evidence",
        _("Evidence, after the decision"),
        KEPT_FOR["evidence"],
        lambda before: _decided(before).count(),
        lambda before, now: _delete_evidence(_decided(before), now),
    ),
    KeptClass(
        "undecided_evidence",
        _("Evidence that nobody decided on"),
        KEPT_FOR["undecided_evidence"],
        lambda before: _undecided(before).count(),
        lambda before, now: _delete_evidence(_undecided(before), now),
    ),
    KeptClass(
        "registration_drafts",
        _("Registrations that were not finished"),
        KEPT_FOR["registration_drafts"],
        lambda before: _drafts(before).count(),
        _delete_drafts,
    ),
    KeptClass(
        "import_uploads",
        _("Uploaded files of questions and courses"),
        KEPT_FOR["import_uploads"],
        lambda before: _import_uploads(before).count(),
        lambda before, now: delete_rows(rows=_import_uploads(before)),
    ),
    KeptClass(
        "invitation_uploads",
        _("Uploaded lists of people"),
        KEPT_FOR["invitation_uploads"],
        lambda before: _uploads(before).count(),
        lambda before, now: delete_rows(rows=_uploads(before)),
    ),
    KeptClass(
        "ended_invitations",
        _("Invitations accepted, withdrawn or expired"),
        KEPT_FOR["ended_invitations"],
        lambda before: _ended_invitations(before).count(),
        lambda before, now: delete_rows(rows=_ended_invitations(before)),
    ),
    KeptClass(
        "mails",
        _("Mails sent or given up"),
        KEPT_FOR["mails"],
        lambda before: _mails(before).count(),
        lambda before, now: delete_rows(rows=_mails(before)),
    ),
    KeptClass(
        "inactive_learners",
        _("Learners who were not there (erased)"),
        KEPT_FOR["inactive_learners"],
        lambda before: _inactive(before).count(),
        _erase_inactive,
        in_fiscal_years=True,
    ),
]
