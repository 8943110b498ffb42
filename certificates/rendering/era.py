from datetime import date

# First days: the law on era names, cabinet orders of 1989 and 2019.
ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
)


def format_era_date(day: date) -> str:
    """令和8年11月23日; the first year of an era is 元年. Raises ValueError before 昭和."""
    for name, first_day in ERAS:
        if day >= first_day:
            year = day.year - first_day.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError(f"no era name is known for {day.isoformat()}")
