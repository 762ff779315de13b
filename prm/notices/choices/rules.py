"""When a digest comes."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from prm.clocks.calendar import UTC, Calendar

MORNING = time(8)


def next_morning(now: datetime, time_zone: str) -> datetime:
    """The first 08:00 after `now` on a business day of that wall, as an instant in UTC."""
    calendar = Calendar(time_zone)
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    day = today if calendar.is_business_day(today) else calendar.next_business_day(today)
    morning = _morning(day, zone)
    return morning if morning > now else _morning(calendar.next_business_day(day), zone)


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
