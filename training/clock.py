from zoneinfo import ZoneInfo

# Days begin and end there, wherever the host's clock is set and whatever zone a member of staff has
# chosen in Wagtail's settings.
JAPAN = ZoneInfo("Asia/Tokyo")
