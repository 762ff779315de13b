"""Dates of certificates, in tables."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from enablement.certificates.rules import (
    ENDED,
    flaw_of_earned,
    months_after,
    next_reminder,
    reminder_now,
    reminders,
    state_at,
    term,
)

END = date(2027, 1, 15)
TERM = term(END, renewal_days=90, grace_days=30, time_zone="UTC")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 15), 24, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 5), 120, date(2036, 5, 5)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_one(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"])
def test_moments_are_those_of_the_wall(zone: str) -> None:
    found = term(END, renewal_days=90, grace_days=30, time_zone=zone)
    wall = ZoneInfo(zone)

    assert found.renewal_opens_at == datetime(2026, 10, 17, tzinfo=wall)
    assert found.ends_at == datetime(2027, 1, 15, 23, 59, 59, tzinfo=wall)
    assert found.grace_ends_at == datetime(2027, 2, 14, 23, 59, 59, tzinfo=wall)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2025, 1, 15, tzinfo=UTC), "valid"),
        (TERM.renewal_opens_at - SECOND, "valid"),
        (TERM.renewal_opens_at, "renewal_open"),
        (TERM.ends_at - SECOND, "renewal_open"),
        (TERM.ends_at, "in_grace"),
        (TERM.grace_ends_at - SECOND, "in_grace"),
        (TERM.grace_ends_at, "expired"),
        (datetime(2040, 1, 1, tzinfo=UTC), "expired"),
    ],
)
def test_state_changes_at_its_moments(now: datetime, expected: str) -> None:
    assert state_at(TERM, now, revoked=False) == expected
    assert state_at(TERM, now, revoked=True) == "revoked"


def test_without_grace_it_expires_with_its_end() -> None:
    found = term(END, renewal_days=0, grace_days=0, time_zone="UTC")

    assert state_at(found, found.ends_at - SECOND, revoked=False) == "renewal_open"
    assert state_at(found, found.ends_at, revoked=False) == "expired"


@pytest.mark.parametrize(
    ("day", "due", "coming"),
    [
        (date(2026, 9, 1), None, 90),
        (date(2026, 10, 17), 90, 30),
        (date(2026, 12, 15), 90, 30),
        (date(2026, 12, 16), 30, 7),
        (date(2027, 1, 8), 7, ENDED),
        (date(2027, 1, 15), 7, ENDED),
        (date(2027, 1, 16), ENDED, None),
        (date(2027, 3, 1), ENDED, None),
    ],
)
def test_missed_reminders_collapse_into_the_newest(day: date, due: int | None, coming: int | None) -> None:
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    by_days = {days: at for at, days in reminders(TERM, (90, 30, 7), "UTC")}

    assert reminder_now(TERM, (90, 30, 7), "UTC", now) == due
    assert next_reminder(TERM, (90, 30, 7), "UTC", now) == (None if coming is None else by_days[coming])


def test_end_itself_is_always_told() -> None:
    assert [days for _at, days in reminders(TERM, (), "UTC")] == [ENDED]
    assert [days for _at, days in reminders(TERM, (7, 7, 0), "UTC")] == [7, ENDED]


@pytest.mark.parametrize(
    ("earned", "expected"),
    [
        (date(2026, 5, 2), "future"),
        (date(2026, 5, 1), ""),
        (date(2020, 1, 1), ""),
        (date(2016, 5, 1), "too_old"),
    ],
)
def test_day_on_which_it_was_earned(earned: date, expected: str) -> None:
    assert flaw_of_earned(earned, date(2026, 5, 1)) == expected
