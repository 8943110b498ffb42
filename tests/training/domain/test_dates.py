"""Dates come as people and spreadsheets write them."""

import datetime as dt

import pytest

from training.domain.dates import BadDate, read_date

FIRST_OF_APRIL = dt.date(2026, 4, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-01",
        "2026/4/1",
        "2026.4.1",
        "2026年4月1日",
        "2026年 4月 1日",
        "20260401",
        "２０２６／４／１",
        "2026−04−01",
        "令和8年4月1日",
        "令和 8 年 4 月 1 日",
        "令和８年４月１日",
        "㋿8年4月1日",
        "R8.4.1",
        "r8/4/1",
        "Ｒ８．４．１",
        "R08-04-01",
        "2026-04-01 00:00:00",
        "2026-04-01T00:00:00",
        "2026/4/1 0:00",
        "46113",
        "46113.0",
        " 46113 ",
    ],
)
def test_every_way_of_writing_is_one_date(text):
    assert read_date(text) == FIRST_OF_APRIL


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", dt.date(2019, 5, 1)),
        ("R1.5.1", dt.date(2019, 5, 1)),
        ("平成31年4月30日", dt.date(2019, 4, 30)),
        ("H1.1.8", dt.date(1989, 1, 8)),
        ("昭和64年1月7日", dt.date(1989, 1, 7)),
        ("2024/2/29", dt.date(2024, 2, 29)),
        # Forms printed before the change of era go on for months: it is clear what is meant.
        ("平成31年5月1日", dt.date(2019, 5, 1)),
    ],
)
def test_eras(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "2026/4/1"),
        ("来年の春", "2026/4/1"),
        ("8.4.1", "2026/4/1"),
        ("4/1/2026", "2026/4/1"),
        ("2026/4", "2026/4/1"),
        ("2026/2/29", "暦"),
        ("2026/13/1", "暦"),
        ("令和8年2月30日", "暦"),
        ("令和元年4月30日", "2019/5/1"),
        ("令和0年5月1日", "令和"),
        ("平成32年4月1日", "平成"),
        ("0026/4/1", "年"),
        ("2026/4/1 09:30", "2026/4/1"),
        ("9" * 500, "2026/4/1"),
        ("\x00", "2026/4/1"),
        ("².⁴.¹", "2026/4/1"),
        ("१४६११", "2026/4/1"),
    ],
)
def test_what_is_no_date_is_told_so(text, word):
    with pytest.raises(BadDate, match=word):
        read_date(text)
