"""Years of a partner of record, and how much of another year they cover; plain values."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from deals.earnings.rules import years_after

DAY = timedelta(days=1)
# How old a consent may be, and how far ahead a year may begin.
LONGEST_AGO, LONGEST_AHEAD = timedelta(days=365), timedelta(days=365)
Period = tuple[date, date]  # both days are in it


def last_day(since: date) -> date:
    """Of the year that begins on that day."""
    return years_after(since, 1) - DAY


def prolonged(until: date) -> date:
    """The last day of the year after that."""
    return last_day(until + DAY)


def flaws(*, since: date, consented_on: date, today: date) -> Mapping[str, str]:
    """By field what cannot be: future, too_old (a consent), past, too_late (a beginning)."""
    found = {}
    if consented_on > today:
        found["consented_on"] = "future"
    elif consented_on < today - LONGEST_AGO:
        found["consented_on"] = "too_old"
    if since < today:
        found["since"] = "past"
    elif since > today + LONGEST_AHEAD:
        found["since"] = "too_late"
    return found


def first_free(periods: Iterable[Period], day: date, today: date) -> date | None:
    """From when on nobody else is partner of record: that day, or the day after the last of those who were.

    None when somebody is today, or will be.
    """
    ends = [until for _since, until in periods if until >= day]
    start = max(ends) + DAY if ends else day
    return start if start <= today or not ends else None


def proof_opens(until: date, reminder_days: Iterable[int]) -> date:
    """With the first reminder."""
    return until - timedelta(days=max(reminder_days, default=0))


def share_of(year: Period, periods: Iterable[Period]) -> Decimal:
    """What part of the days of that year the periods cover; they do not overlap."""
    first, last = year
    days = sum(max(0, (min(until, last) - max(since, first)).days + 1) for since, until in periods)
    return Decimal(days) / Decimal((last - first).days + 1)
