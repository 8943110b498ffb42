"""KATSUYO_RETENTION: how long what is kept."""

from django.core.exceptions import ImproperlyConfigured


def read_periods(text: str) -> dict[str, int | None]:
    """ "evidence=30,mails=never" as {"evidence": 30, "mails": None}. Which names there are is known
    once the apps are ready: `manage.py retention` says so of a wrong one."""
    found: dict[str, int | None] = {}
    for each in filter(str.strip, text.split(",")):
        name, _equals, period = (part.strip() for part in each.partition("="))
        if not name or not (period == "never" or (period.isascii() and period.isdigit())):
            raise ImproperlyConfigured(
                f"KATSUYO_RETENTION: {each.strip()!r} is no period. Write a name, = and a whole"
                " number or never, parted by commas: evidence=30,mails=never"
            )
        found[name] = None if period == "never" else int(period)
    return found
