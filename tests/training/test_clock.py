import datetime as dt

from django.utils import timezone

from training import clock

# In London it is still the day before.
EARLY = dt.datetime(2026, 11, 24, 15, 30, tzinfo=dt.UTC)


def test_the_day_is_japans_whatever_zone_is_active(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: EARLY)
    with timezone.override("America/Los_Angeles"):
        assert clock.today_in_japan() == clock.day_in_japan(EARLY) == dt.date(2026, 11, 25)
        assert clock.in_japan(EARLY).isoformat() == "2026-11-25T00:30:00+09:00"
