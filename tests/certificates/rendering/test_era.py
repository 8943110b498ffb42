import datetime as dt

import pytest

from certificates.rendering.era import format_era_date


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2026, 11, 23), "令和8年11月23日"),
        (dt.date(2019, 5, 1), "令和元年5月1日"),
        (dt.date(2019, 4, 30), "平成31年4月30日"),
        (dt.date(1989, 1, 8), "平成元年1月8日"),
        (dt.date(1989, 1, 7), "昭和64年1月7日"),
        (dt.date(1926, 12, 25), "昭和元年12月25日"),
    ],
)
def test_era_dates(day, text):
    assert format_era_date(day) == text


def test_earlier_days_are_refused():
    with pytest.raises(ValueError, match="1926-12-24"):
        format_era_date(dt.date(1926, 12, 24))
