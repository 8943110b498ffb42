from datetime import date

# First day and name, newest first. Earlier eras have no certificates.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)


def format_era_date(day: date) -> str:
    """令和8年11月23日; the first year is 元年. Raises ValueError before 1926-12-25."""
    for first_day, name in ERAS:
        if day >= first_day:
            year = day.year - first_day.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError(day)
