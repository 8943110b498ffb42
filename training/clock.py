"""The day and the hour in Japan, wherever the host's clock is set and whatever zone a member of
staff has chosen. Django's own localdate and localtime follow that choice: ruff bans them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

JAPAN = ZoneInfo("Asia/Tokyo")


def in_japan(moment: datetime) -> datetime:
    return moment.astimezone(JAPAN)


def day_in_japan(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def today_in_japan() -> date:
    return day_in_japan(timezone.now())
