"""Whose business days are which: plain values in, plain values out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from prm.clocks.calendar import SATURDAY, SUNDAY, Calendar
from prm.clocks.holidays import DaysOff

DAY = timedelta(days=1)
USUAL_WEEKEND = (SATURDAY, SUNDAY)
# Somebody away for longer is looked after by another; a slip of the keyboard must not fill a table.
LONGEST_SPAN = 366
MOST_DAYS = 1000


@dataclass(frozen=True)
class Settings:
    """What somebody has set; what is empty is as the company has it."""

    country: str = ""
    subdivision: str = ""
    weekend: tuple[int, ...] = ()
    days_off: frozenset[date] = field(default_factory=frozenset)


def combined(time_zone: str, own: Settings, company: Settings) -> Calendar:
    """The calendar that clocks run by. A country comes with its subdivision; days off of both count."""
    place = own if own.country else company
    days_off = own.days_off | company.days_off
    weekend = frozenset(own.weekend or company.weekend or USUAL_WEEKEND)
    return Calendar(
        time_zone, weekend, DaysOff(place.country, place.subdivision, days_off) if place.country else days_off
    )


def days_between(first: date, last: date) -> frozenset[date]:
    """Both of them and all between; nothing when reversed."""
    return frozenset(first + n * DAY for n in range((last - first).days + 1))


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as (first, last) of unbroken spans, the earliest first."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] + DAY == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def refused(first: date, last: date, *, from_day: date) -> dict[str, str]:
    """What is wrong with a span of days: field → code (past, order, long).

    Clocks that ran over a day have counted it: only what is still to come can be entered or taken away.
    """
    if first < from_day:
        return {"first": "past"}
    if last < first:
        return {"last": "order"}
    return {"last": "long"} if (last - first).days >= LONGEST_SPAN else {}


def kept(days: Iterable[date], today: date) -> frozenset[date]:
    """What a new version carries on: a clock that was paused reads back no further than a year."""
    return frozenset(day for day in days if day >= today - 366 * DAY)
