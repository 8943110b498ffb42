"""Sending notices out to local governments (周知): to whom, and what they then do."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from cms.models import NoticeAddress, NoticePage
from training.clock import JAPAN
from training.domain.audit import record_audit
from training.domain.mails import queue_mails
from training.models import Appointment, LocalGovernment, OutgoingMail

# By body: the accounts of its officers of today with their addresses.
Officers = dict[str, dict[int, str]]


class NotPublished(Exception):
    """Nobody could read it: a notice is published first and sent out then."""


@dataclass(frozen=True)
class Plan:
    """What sending out would do: `bodies` are those not addressed before, `mails` how many
    officers get one; of the bodies `without_officer` nobody does."""

    bodies: list[LocalGovernment]
    addressed_before: int
    mails: int
    without_officer: list[LocalGovernment]


def choose_bodies(
    *, all_prefectures: bool, all_towns: bool, towns_of: Collection[str], codes: Collection[str]
) -> list[LocalGovernment]:
    """Bodies that exist today. `towns_of` are codes of prefectures."""
    wanted = Q(pk__in=codes) | Q(prefecture__in=towns_of)
    if all_prefectures:
        wanted |= Q(prefecture=None)
    if all_towns:
        wanted |= Q(prefecture__isnull=False)
    bodies = LocalGovernment.objects.filter(wanted, successor=None)
    return list(bodies.select_related("prefecture").order_by("pk"))


def plan_addressing(*, notice: NoticePage, bodies: list[LocalGovernment], today: date) -> Plan:
    known = set(notice.addresses.values_list("local_government_id", flat=True))
    new = [body for body in bodies if body.pk not in known]
    officers = _officers_of([body.pk for body in new], today)
    keys = set(_mails(notice, officers))
    sent = OutgoingMail.objects.filter(key__startswith=f"notice-{notice.pk}-")
    return Plan(
        bodies=new,
        addressed_before=len(bodies) - len(new),
        mails=len(keys.difference(sent.values_list("key", flat=True))),
        without_officer=[body for body in new if body.pk not in officers],
    )


def address_notice(
    *,
    notice_id: int,
    bodies: list[LocalGovernment],
    actor: Any,
    url: str,
    today: date,
    now: datetime,
) -> int:
    """Write to the officers of the bodies that were not addressed before; returns how many bodies
    these are. `url` leads to the officers' page of the notice. Raises NotPublished."""
    with transaction.atomic():
        notice = _lock(notice_id)
        if not notice.live:
            raise NotPublished
        known = set(notice.addresses.values_list("local_government_id", flat=True))
        new = [body.pk for body in bodies if body.pk not in known]
        if new:
            _address(notice, new, now=now)
            mails = _tell(notice, new, url=url, today=today, now=now)
            record_audit(
                action="notice.address",
                actor=actor,
                at=now,
                subject=notice,
                details={"bodies": len(new), "mails": mails},
            )
    return len(new)


def confirm_notice(*, notice_id: int, codes: Collection[str], actor: Any, now: datetime) -> bool:
    """That the bodies have read it; False if that was known already."""
    rows = NoticeAddress.objects.filter(notice=notice_id, local_government__in=codes)
    return bool(rows.filter(opened_at=None).update(opened_at=now, opened_by=actor))


def forward_notice(
    *,
    notice_id: int,
    codes: Collection[str],
    actor: Any,
    url: str,
    today: date,
    now: datetime,
) -> int:
    """Address the towns of those prefectures among `codes` that were addressed themselves and have
    not forwarded it yet; returns how many towns are new. Whoever forwards has read it."""
    count = 0
    with transaction.atomic():
        notice = _lock(notice_id)
        rows = notice.addresses.filter(
            local_government__in=codes, local_government__prefecture=None, forwarded_at=None
        )
        known = set(notice.addresses.values_list("local_government_id", flat=True))
        for row in rows.select_related("local_government"):
            towns = LocalGovernment.objects.filter(
                prefecture=row.local_government_id, successor=None
            )
            new = [pk for pk in towns.values_list("pk", flat=True) if pk not in known]
            notice.addresses.filter(pk=row.pk).update(
                forwarded_at=now,
                forwarded_by=actor,
                opened_at=Coalesce(F("opened_at"), Value(now)),
                opened_by=Coalesce(F("opened_by"), Value(actor.pk)),
            )
            _address(notice, new, now=now, forwarded_from=row)
            mails = _tell(
                notice, new, url=url, today=today, now=now, forwarded_by=row.local_government
            )
            record_audit(
                action="notice.forward",
                actor=actor,
                at=now,
                subject=notice,
                local_government=row.local_government,
                details={"bodies": len(new), "mails": mails},
            )
            count += len(new)
    return count


def remind_bodies(
    *,
    notice_id: int,
    actor: Any,
    url: str,
    today: date,
    now: datetime,
    prefecture: LocalGovernment | None = None,
) -> int:
    """Write once more to those that have not confirmed the notice, or not forwarded it where they
    are asked to; returns how many bodies these are. None is written to twice on a day. With
    `prefecture`, its towns only."""
    since = datetime.combine(today, time.min, tzinfo=JAPAN)
    with transaction.atomic():
        notice = _lock(notice_id)
        rows = notice.addresses.waiting(asks_to_forward=notice.asks_to_forward).untold(since=since)
        if prefecture:
            rows = rows.filter(local_government__prefecture=prefecture)
        officers = _officers_of(rows.values_list("local_government_id", flat=True), today)
        # A body without an officer is not reminded: it shows as such.
        notice.addresses.filter(local_government__in=list(officers)).update(reminded_at=now)
        if officers:
            mails = _mails(notice, officers, suffix=f"-{today:%Y%m%d}")
            queue_mails(
                to=mails,
                template="cms/mails/notice_reminder.txt",
                context={"notice": notice, "url": url},
                now=now,
            )
            record_audit(
                action="notice.remind",
                actor=actor,
                at=now,
                subject=notice,
                local_government=prefecture,
                details={"bodies": len(officers), "mails": len(mails)},
            )
    return len(officers)


def _lock(notice_id: int) -> NoticePage:
    # Two presses of a button, one after the other: the second one finds what the first did.
    notice: NoticePage = NoticePage.objects.select_for_update(of=("self",)).get(pk=notice_id)
    return notice


def _address(
    notice: NoticePage,
    codes: Iterable[str],
    *,
    now: datetime,
    forwarded_from: NoticeAddress | None = None,
) -> None:
    NoticeAddress.objects.bulk_create(
        [
            NoticeAddress(
                notice=notice,
                local_government_id=code,
                addressed_at=now,
                forwarded_from=forwarded_from,
            )
            for code in codes
        ],
        batch_size=500,
    )


def _tell(
    notice: NoticePage,
    codes: Collection[str],
    *,
    url: str,
    today: date,
    now: datetime,
    forwarded_by: LocalGovernment | None = None,
) -> int:
    mails = _mails(notice, _officers_of(codes, today))
    context = {"notice": notice, "url": url, "forwarded_by": forwarded_by}
    queue_mails(to=mails, template="cms/mails/notice.txt", context=context, now=now)
    return len(mails)


def _officers_of(codes: Iterable[str], today: date) -> Officers:
    found: Officers = defaultdict(dict)
    appointments = Appointment.objects.current(today=today).filter(
        local_government__in=codes, user__is_active=True
    )
    for code, pk, email in appointments.values_list(
        "local_government_id", "user_id", "user__email"
    ):
        found[code][pk] = email
    return dict(found)


def _mails(notice: NoticePage, officers: Officers, *, suffix: str = "") -> dict[str, str]:
    """One for each account, for however many bodies it acts."""
    return {
        f"notice-{notice.pk}-{pk}{suffix}": email
        for each in officers.values()
        for pk, email in each.items()
    }
