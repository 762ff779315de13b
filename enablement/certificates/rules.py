"""The dates of a certificate: plain values in, plain values out."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from enablement.certificates.states import CertificateState
from prm.clocks.calendar import UTC, end_of_day

MORNING = time(8)
# The reminder of the end itself.
ENDED = 0
OLDEST = timedelta(days=3650)


@dataclass(frozen=True)
class Term:
    """`ends_on` is the last day; the moments are those on the wall of the person."""

    ends_on: date
    renewal_opens_at: datetime
    ends_at: datetime
    grace_ends_at: datetime


def months_after(day: date, months: int) -> date:
    """The same day of that month; its last one where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term(ends_on: date, *, renewal_days: int, grace_days: int, time_zone: str) -> Term:
    """The window opens with the first second of its first day; grace ends with the last one of its last day."""
    return Term(
        ends_on=ends_on,
        renewal_opens_at=end_of_day(ends_on - timedelta(days=renewal_days + 1), time_zone) + timedelta(seconds=1),
        ends_at=end_of_day(ends_on, time_zone),
        grace_ends_at=end_of_day(ends_on + timedelta(days=grace_days), time_zone),
    )


def state_at(term: Term, now: datetime, *, revoked: bool) -> CertificateState:
    if revoked:
        return CertificateState.REVOKED
    if now >= term.grace_ends_at:
        return CertificateState.EXPIRED
    if now >= term.ends_at:
        return CertificateState.IN_GRACE
    return CertificateState.RENEWAL_OPEN if now >= term.renewal_opens_at else CertificateState.VALID


def reminders(term: Term, days: Iterable[int], time_zone: str) -> list[tuple[datetime, int]]:
    """When to remind, soonest first: the morning of the day that many days before the end, and the end itself."""
    mornings = [(_morning(term.ends_on - timedelta(days=n), time_zone), n) for n in set(days) - {ENDED}]
    return sorted([*mornings, (term.ends_at, ENDED)])


def next_reminder(term: Term, days: Iterable[int], time_zone: str, now: datetime) -> datetime | None:
    return next((at for at, _days in reminders(term, days, time_zone) if at > now), None)


def reminder_now(term: Term, days: Iterable[int], time_zone: str, now: datetime) -> int | None:
    """The one that is worth sending now; those missed before it collapse into it."""
    passed = [n for at, n in reminders(term, days, time_zone) if at <= now]
    return min(passed) if passed else None


def flaw_of_earned(earned_on: date, today: date) -> str:
    """future or too_old; empty when nothing is wrong with it."""
    if earned_on > today:
        return "future"
    return "too_old" if earned_on < today - OLDEST else ""


def _morning(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, MORNING, ZoneInfo(time_zone)).astimezone(UTC)
