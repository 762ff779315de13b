"""Business calendars: pure arithmetic over wall clocks.

A deadline of "two business days" ends at the same wall time two business days later, whatever day it began on.
A clock that was paused gives back the business time that passed meanwhile. Wall times that a clock change skips
or repeats are read with fold=0, so every deadline exists exactly once; only the last second of a day that shows it
twice is the second of them.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY, SUNDAY = 5, 6
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Calendar:
    """`weekend` holds weekday numbers (Monday 0), `days_off` knows single dates in the calendar's own zone."""

    time_zone: str = "UTC"
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    days_off: Container[date] = field(default_factory=frozenset)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def is_business_day(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.days_off

    def next_business_day(self, day: date) -> date:
        """The first business day after `day`."""
        day += timedelta(days=1)
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def due(self, start: datetime, business_days: int) -> datetime:
        """The same wall time `business_days` later, as an instant in UTC."""
        wall = start.astimezone(self.zone)
        day = wall.date()
        for _ in range(business_days):
            day = self.next_business_day(day)
        return datetime.combine(day, wall.time(), self.zone).astimezone(UTC)

    def business_time(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` lay on business days (24 hours each); zero when reversed."""
        total = timedelta()
        # In UTC: on one wall, Python compares what the clocks show, and an hour that repeats would be lost.
        cursor, stop = start.astimezone(UTC), end.astimezone(UTC)
        while cursor < stop:
            day = cursor.astimezone(self.zone).date()
            upto = min(self._midnight_after(day), stop)
            if self.is_business_day(day):
                total += upto - cursor
            cursor = upto
        return total

    def postpone(self, due: datetime, by: timedelta) -> datetime:
        """`due` moved by an amount of business time: what a paused clock gives back."""
        cursor, left = due.astimezone(UTC), by
        while left > timedelta():
            wall = self._opening(cursor)
            cursor, midnight = wall.astimezone(UTC), self._midnight_after(wall.date())
            if left < midnight - cursor:
                return cursor + left
            left -= midnight - cursor
            cursor = midnight
        return self._opening(cursor).astimezone(UTC) if by else due

    def _midnight_after(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), time(), self.zone).astimezone(UTC)

    def _opening(self, moment: datetime) -> datetime:
        """`moment` on the wall, or the start of the next business day when it falls on a day off."""
        wall = moment.astimezone(self.zone)
        if self.is_business_day(wall.date()):
            return wall
        return datetime.combine(self.next_business_day(wall.date()), time(), self.zone)


def end_of_day(day: date, time_zone: str) -> datetime:
    """23:59:59 of the day on the wall of the zone, as a UTC instant: how every date deadline ends."""
    return datetime.combine(day, time(23, 59, 59, fold=1), ZoneInfo(time_zone)).astimezone(UTC)


def local_date(moment: datetime, time_zone: str) -> date:
    return moment.astimezone(ZoneInfo(time_zone)).date()
