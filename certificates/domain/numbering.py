"""Numbers count up within a fiscal year and a template's symbol, without a gap."""

from datetime import date

from django.db.models import F

from certificates.models import NumberSeries

REIWA_BEGAN = 2019


def fiscal_year(*, day: date) -> int:
    """The Japanese fiscal year runs from 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def write_number(*, symbol: str, year: int, number: int) -> str:
    """As printed: 令和8年度 第000123号, with the symbol before it where there is one."""
    era = year - REIWA_BEGAN + 1
    text = f"令和{'元' if era == 1 else era}年度 第{number:06d}号"
    return f"{symbol} {text}" if symbol else text


def take_number(*, symbol: str, year: int) -> int:
    """Call it inside the transaction that writes the certificate: a rollback gives it back."""
    series = NumberSeries.objects.filter(symbol=symbol, fiscal_year=year)
    NumberSeries.objects.get_or_create(symbol=symbol, fiscal_year=year)
    series.update(last_number=F("last_number") + 1)
    return series.values_list("last_number", flat=True).get()


def lock_series(*, symbol: str, year: int) -> None:
    """Until the transaction ends, nobody else takes a number of it."""
    NumberSeries.objects.get_or_create(symbol=symbol, fiscal_year=year)
    list(NumberSeries.objects.select_for_update().filter(symbol=symbol, fiscal_year=year))
