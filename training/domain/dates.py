"""Dates as people write them: 令和8年4月1日, R8.4.1, 2026/4/1, full-width digits, and as a
spreadsheet stores them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

EARLIEST, LATEST = 1900, 2199


@dataclass(frozen=True)
class _Era:
    name: str
    letter: str
    first_day: date
    last_year: int | None


ERAS = (
    _Era("令和", "R", date(2019, 5, 1), None),
    _Era("平成", "H", date(1989, 1, 8), 31),
    _Era("昭和", "S", date(1926, 12, 25), 64),
)
BY_NAME = {each.name: each for each in ERAS} | {each.letter: each for each in ERAS}
ERA_DATE = re.compile(
    r"(令和|平成|昭和|[RHS])\.?(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?", re.ASCII
)
YEAR_DATE = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
# Days since 1899-12-30, as every spreadsheet counts them since March 1900: 1954 to 2119 here, so
# that no year and no day of a month is taken for one.
SERIAL = re.compile(r"([2-7]\d{4})(\.0+)?", re.ASCII)
SERIAL_ZERO = date(1899, 12, 30)
MIDNIGHT = re.compile(r"[T ]?0{1,2}:00(:00(\.0+)?)?$")
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")


class BadDate(ValueError):
    """Its text tells what to write instead."""


def read_date(text: str) -> date:
    """Raises BadDate."""
    given = unicodedata.normalize("NFKC", text).translate(DASHES).strip()
    plain = re.sub(r"\s", "", MIDNIGHT.sub("", given)).upper()
    if found := ERA_DATE.fullmatch(plain):
        return _in_era(BY_NAME[found[1]], found, text)
    if found := YEAR_DATE.fullmatch(plain) or COMPACT.fullmatch(plain):
        return _in_calendar(int(found[1]), int(found[2]), int(found[3]), text)
    if found := SERIAL.fullmatch(plain):
        return SERIAL_ZERO + timedelta(days=int(found[1]))
    raise BadDate(
        _("“%(text)s” is no date. Please write it like this: 2026/4/1 or 令和8年4月1日.")
        % {"text": text[:40]}
    )


def _in_era(era: _Era, found: re.Match[str], text: str) -> date:
    number = 1 if found[2] == "元" else int(found[2])
    if number < 1 or (era.last_year and number > era.last_year):
        raise BadDate(
            _("“%(text)s”: there is no such year of %(era)s.")
            % {"text": text[:40], "era": era.name}
        )
    year = era.first_day.year + number - 1
    day = _in_calendar(year, int(found[3]), int(found[4]), text)
    if day < era.first_day:
        first = era.first_day
        raise BadDate(
            _("“%(text)s”: %(era)s begins on %(year)s/%(month)s/%(day)s.")
            % {
                "text": text[:40],
                "era": era.name,
                "year": first.year,
                "month": first.month,
                "day": first.day,
            }
        )
    return day


def _in_calendar(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise BadDate(
            _("“%(text)s”: there is no such day in the calendar.") % {"text": text[:40]}
        ) from error
    if not EARLIEST <= year <= LATEST:
        raise BadDate(_("“%(text)s”: please check the year.") % {"text": text[:40]})
    return found
