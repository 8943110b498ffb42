"""The day and the hour in Japan, wherever the host's clock is set and whatever zone a member of
staff has chosen. Django's own localdate and localtime follow that choice: ruff bans them."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

JAPAN = ZoneInfo("Asia/Tokyo")


def in_japan(moment: datetime) -> datetime:
    return moment.astimezone(JAPAN)


def day_in_japan(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def today_in_japan() -> date:
    return day_in_japan(timezone.now())


def write_day(day: date) -> str:
    """As people write it, in the language of the page. Lists have the same days again and again."""
    return _write_day(day, get_language())


@lru_cache(maxsize=4096)
def _write_day(day: date, language: str | None) -> str:
    return date_format(day, "DATE_FORMAT")
