"""Who has confirmed a notice that was sent out, who has forwarded it, and who has not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from wagtail.models import Page

from cms.models import NoticeAddress, NoticePage
from training.models import Appointment


@dataclass(frozen=True)
class Total:
    bodies: int
    opened: int

    @property
    def unopened(self) -> int:
        return self.bodies - self.opened


@dataclass(frozen=True)
class PrefectureStatus:
    """`own` is what the prefecture itself did, None if it was not addressed."""

    code: str
    name: str
    own: NoticeAddress | None
    towns: Total


def find_addresses(*, notice: NoticePage, today: date) -> QuerySet[NoticeAddress]:
    """By code; `has_officer` says whether anybody acts for the body today."""
    officers = Appointment.objects.current(today=today).filter(
        local_government=OuterRef("local_government"), user__is_active=True
    )
    rows = NoticeAddress.objects.filter(notice=notice)
    return (
        rows.select_related("local_government__prefecture")
        .annotate(has_officer=Exists(officers))
        .order_by("local_government")
    )


def read_status(*, notice: NoticePage) -> list[PrefectureStatus]:
    """The prefectures that were addressed or of whose towns any was. Two statements."""
    own = {
        row.local_government_id: row
        for row in notice.addresses.filter(local_government__prefecture=None)
    }
    counted = (
        notice.addresses.annotate(
            code=Coalesce("local_government__prefecture", "local_government"),
            prefecture_name=Coalesce(
                "local_government__prefecture__name", "local_government__name"
            ),
        )
        .values("code", "prefecture_name")
        .annotate(
            towns=Count("local_government__prefecture"),
            opened=Count("opened_at", filter=Q(local_government__prefecture__isnull=False)),
        )
        .order_by("code")
    )
    return [
        PrefectureStatus(
            code=row["code"],
            name=row["prefecture_name"],
            own=own.get(row["code"]),
            towns=Total(bodies=row["towns"], opened=row["opened"]),
        )
        for row in counted
    ]


def add_up(*, rows: Collection[PrefectureStatus]) -> Total:
    """Prefectures and towns together."""
    prefectures = [row.own for row in rows if row.own]
    return Total(
        bodies=len(prefectures) + sum(row.towns.bodies for row in rows),
        opened=sum(bool(own.opened_at) for own in prefectures)
        + sum(row.towns.opened for row in rows),
    )


def was_sent_out(*, page: Page) -> bool:
    """Rule R10, for the page itself or one beneath it."""
    return NoticeAddress.objects.filter(notice__path__startswith=page.path).exists()
