"""Which body a person works or worked for: claimed by the learner, confirmed or refused by the
body. OB/OG follows from the end of it and is stored nowhere."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.conf import base_url
from training.models import Affiliation, Evidence, Learner, LocalGovernment

from .audit import record_audit
from .bodies import BODY_PATHS, name_body
from .evidence import BadEvidence, StoredFile, attach, delete_evidence, drop
from .mails import queue_mail

Category = Affiliation.Category
FARTHEST_START = timedelta(days=366)
FORMER = {
    Category.REVITALISATION_VOLUNTEER: gettext_lazy("former regional revitalisation volunteer"),
    Category.VILLAGE_SUPPORTER: gettext_lazy("former village supporter"),
    Category.PREFECTURE_STAFF: gettext_lazy("former prefecture staff"),
    Category.MUNICIPALITY_STAFF: gettext_lazy("former municipality staff"),
}


class AlreadyThere(Exception):
    """The learner has this affiliation, and it goes on."""


class AlreadyDecided(Exception):
    """Confirmed or refused already, maybe by a colleague a moment ago."""


class OwnAffiliation(Exception):
    """Nobody confirms or refuses what they say of themselves."""


class AlreadyEnded(Exception):
    """It has an end that has come, or was refused."""


class EndsBeforeStart(Exception):
    """An affiliation lasts at least a day."""


class BodyIsGone(Exception):
    """Nobody works today for a body that merged into another."""

    def __init__(self, body: LocalGovernment) -> None:
        super().__init__(body.pk)
        self.body = body


class StartsTooFarAhead(Exception):
    """Who is appointed may register before the first day, not years before."""


class WrongKindOfBody(Exception):
    """Prefecture staff work for a prefecture, everybody else for a municipality."""


def is_former(*, affiliation: Affiliation, today: date) -> bool:
    return affiliation.ended_on is not None and affiliation.ended_on < today


def describe_category(*, affiliation: Affiliation, today: date) -> str:
    """In words: an ended volunteer's or supporter's makes them OB/OG."""
    if is_former(affiliation=affiliation, today=today):
        return str(FORMER[Category(affiliation.category)])
    return affiliation.get_category_display()


def describe(*, affiliation: Affiliation, today: date) -> str:
    """「地域おこし協力隊 OB・OG（山形県中山町）」. A past one names the body as it was then."""
    body, former = affiliation.local_government, is_former(affiliation=affiliation, today=today)
    return _("%(category)s (%(body)s)") % {
        "category": describe_category(affiliation=affiliation, today=today),
        "body": str(body) if former else name_body(body=body, today=today),
    }


@dataclass(frozen=True)
class Row:
    """An affiliation as its learner sees it. `state`: confirmed, refused, withdrawn or waiting."""

    affiliation: Affiliation
    text: str
    state: str
    is_ongoing: bool
    evidence: list[Evidence]


def read_history(*, learner_id: int) -> list[Affiliation]:
    """One statement: what goes on first, what was refused last. With bodies, for `describe`."""
    rows = Affiliation.objects.filter(learner=learner_id).select_related("learner", *BODY_PATHS)
    return sorted(
        rows.order_by("-claimed_at", "-pk"),
        key=lambda each: (
            each.refused_at is not None,
            -(each.ended_on or date.max).toordinal(),
        ),
    )


def read_row(*, affiliation: Affiliation, today: date) -> Row:
    """Without its evidence."""
    return Row(
        affiliation=affiliation,
        text=describe(affiliation=affiliation, today=today),
        state=_read_state(affiliation),
        is_ongoing=not affiliation.refused_at
        and not is_former(affiliation=affiliation, today=today),
        evidence=[],
    )


def _read_state(affiliation: Affiliation) -> str:
    if affiliation.confirmed_at:
        return "confirmed"
    if not affiliation.refused_at:
        return "waiting"
    is_own = affiliation.refused_by_id == affiliation.learner.user_id
    return "withdrawn" if affiliation.refused_by_id and is_own else "refused"


def read_rows(*, learner_id: int, today: date) -> list[Row]:
    """Two statements."""
    rows = [read_row(affiliation=each, today=today) for each in read_history(learner_id=learner_id)]
    by_affiliation = {each.affiliation.pk: each for each in rows}
    for each in Evidence.objects.filter(affiliation__learner=learner_id).order_by("pk"):
        by_affiliation[each.affiliation_id].evidence.append(each)
    return rows


def check_facts(
    *,
    category: str,
    local_government: LocalGovernment,
    started_on: date | None,
    ended_on: date | None,
    today: date,
) -> None:
    """Raises EndsBeforeStart, StartsTooFarAhead, WrongKindOfBody, BodyIsGone."""
    if started_on and ended_on and ended_on < started_on:
        raise EndsBeforeStart
    if started_on and started_on > today + FARTHEST_START:
        raise StartsTooFarAhead
    is_prefecture = local_government.prefecture_id is None
    if is_prefecture != (category == Category.PREFECTURE_STAFF):
        raise WrongKindOfBody
    gone_on = local_government.abolished_on
    if gone_on and gone_on <= today and (ended_on is None or ended_on >= gone_on):
        raise BodyIsGone(local_government)


def add_affiliation(
    *,
    learner: Learner,
    category: str,
    local_government: LocalGovernment,
    started_on: date | None,
    ended_on: date | None,
    today: date,
    now: datetime,
    stored: StoredFile | None = None,
) -> Affiliation:
    """What the learner says, and a file that shows it; the body's word is still to come. Said
    twice, it is one.

    Raises AlreadyThere, BadEvidence and what `check_facts` raises.
    """
    check_facts(
        category=category,
        local_government=local_government,
        started_on=started_on,
        ended_on=ended_on,
        today=today,
    )
    facts = {
        "learner": learner,
        "category": category,
        "local_government": local_government,
        "started_on": started_on,
        "ended_on": ended_on,
    }
    try:
        with transaction.atomic():
            same = None
            if ended_on:
                # Of two taps at once, the second waits here for what the first has written. No
                # constraint: two that went on may rightly end on the same day.
                Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
                same = Affiliation.objects.filter(**facts, refused_at=None).first()
            affiliation = same or Affiliation.objects.create(**facts, claimed_at=now)
            if stored:
                attach(affiliation=affiliation, stored=stored, now=now)
            return affiliation
    except (IntegrityError, BadEvidence) as error:
        if stored:
            drop(stored=stored)
        if isinstance(error, BadEvidence):
            raise
        raise AlreadyThere from error


def end_affiliation(*, affiliation_id: int, ended_on: date, today: date) -> None:
    """An end that lies ahead may still be put right. What was confirmed stays confirmed.

    Raises AlreadyEnded, EndsBeforeStart.
    """
    ongoing = Affiliation.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=today), pk=affiliation_id, refused_at=None
    )
    if ongoing.filter(Q(started_on=None) | Q(started_on__lte=ended_on)).update(ended_on=ended_on):
        return
    raise EndsBeforeStart if ongoing.exists() else AlreadyEnded


def transfer(
    *,
    affiliation_id: int,
    ended_on: date,
    category: str,
    local_government: LocalGovernment,
    started_on: date,
    today: date,
    now: datetime,
) -> Affiliation:
    """Leave one body for another: both or neither. The new body has to confirm.

    Raises AlreadyThere, AlreadyEnded and what `check_facts` raises.
    """
    with transaction.atomic():
        end_affiliation(affiliation_id=affiliation_id, ended_on=ended_on, today=today)
        left = Affiliation.objects.select_related("learner").get(pk=affiliation_id)
        return add_affiliation(
            learner=left.learner,
            category=category,
            local_government=local_government,
            started_on=started_on,
            ended_on=None,
            today=today,
            now=now,
        )


def confirm_affiliation(*, affiliation_id: int, user: Any, now: datetime) -> Affiliation:
    """The body's word that it is so. The learner gets a mail. Raises AlreadyDecided,
    OwnAffiliation."""
    with transaction.atomic():
        _check_other(affiliation_id, user)
        waiting = Affiliation.objects.waiting().filter(pk=affiliation_id)
        if not waiting.update(confirmed_by=user, confirmed_at=now):
            raise AlreadyDecided
        return _tell("affiliation.confirm", affiliation_id, user, now)


def refuse_affiliation(
    *, affiliation_id: int, user: Any, now: datetime, reason: str
) -> Affiliation:
    """`reason` is what the learner reads. Raises AlreadyDecided, OwnAffiliation."""
    with transaction.atomic():
        _check_other(affiliation_id, user)
        waiting = Affiliation.objects.waiting().filter(pk=affiliation_id)
        if not waiting.update(refused_by=user, refused_at=now, refusal_reason=reason):
            raise AlreadyDecided
        return _tell("affiliation.refuse", affiliation_id, user, now)


def _check_other(affiliation_id: int, user: Any) -> None:
    if Affiliation.objects.filter(pk=affiliation_id, learner__user=user).exists():
        raise OwnAffiliation


def withdraw_affiliation(*, affiliation_id: int, user: Any, now: datetime) -> None:
    """The learner takes back what was entered by mistake, with its documents, as long as the body
    has not decided on it. Raises AlreadyDecided."""
    with transaction.atomic():
        waiting = Affiliation.objects.waiting().filter(pk=affiliation_id)
        reason = _("Taken back by the learner.")
        if not waiting.update(refused_by=user, refused_at=now, refusal_reason=reason):
            raise AlreadyDecided
        kept = Evidence.objects.filter(affiliation=affiliation_id, deleted_at=None)
        delete_evidence(evidence=kept, now=now)
        affiliation = Affiliation.objects.select_related("local_government").get(pk=affiliation_id)
        record_audit(
            action="affiliation.withdraw",
            actor=user,
            at=now,
            subject=affiliation,
            local_government=affiliation.local_government,
        )


def _tell(action: str, affiliation_id: int, user: Any, now: datetime) -> Affiliation:
    rows = Affiliation.objects.select_related("learner__user", *BODY_PATHS)
    affiliation = rows.get(pk=affiliation_id)
    # The reason is free text and may name somebody: it stays with the affiliation.
    record_audit(
        action=action,
        actor=user,
        at=now,
        subject=affiliation,
        local_government=affiliation.local_government,
    )
    account = affiliation.learner.user
    if account and account.email:
        queue_mail(
            key=f"{action}-{affiliation.pk}",
            to=account.email,
            template="training/mail/affiliation_decided.txt",
            context={
                "affiliation": affiliation,
                "url": base_url() + reverse("training:affiliations"),
            },
            now=now,
        )
    return affiliation
