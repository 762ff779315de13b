"""Many certificates against a second reckoning of their dates, written another way."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enablement.certificates.rules import (
    ENDED,
    Term,
    months_after,
    next_reminder,
    reminder_now,
    reminders,
    state_at,
    term,
)
from enablement.certificates.states import LIVING, RENEWABLE, CertificateState

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "America/Sao_Paulo")
days = st.dates(min_value=date(2015, 1, 1), max_value=date(2060, 12, 31))
months = st.integers(min_value=1, max_value=120)
windows = st.integers(min_value=0, max_value=365)
graces = st.integers(min_value=0, max_value=180)
zones = st.sampled_from(ZONES)
reminding = st.lists(st.integers(min_value=1, max_value=365), max_size=6, unique=True)


def counted(day: date, number: int) -> date:
    """Month by month."""
    year, month = day.year, day.month
    for _ in range(number):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@given(days, months)
def test_months_are_those_that_one_counts(day: date, number: int) -> None:
    assert months_after(day, number) == counted(day, number)


@given(days, st.integers(min_value=1, max_value=60))
def test_months_back_are_found_too(day: date, number: int) -> None:
    back = months_after(day, -number)

    assert (back.year * 12 + back.month) + number == day.year * 12 + day.month
    assert back.day <= day.day


@given(days, windows, graces, zones)
def test_moments_follow_each_other(end: date, window: int, grace: int, zone: str) -> None:
    found = term(end, renewal_days=window, grace_days=grace, time_zone=zone)

    assert found.renewal_opens_at < found.ends_at <= found.grace_ends_at
    assert (found.ends_at == found.grace_ends_at) is (grace == 0)
    assert found.ends_at.tzinfo is not None


@given(days, windows, graces, zones, st.integers(min_value=-400, max_value=400))
def test_state_is_what_the_days_say(end: date, window: int, grace: int, zone: str, away: int) -> None:
    """At noon on the wall, by days alone."""
    found = term(end, renewal_days=window, grace_days=grace, time_zone=zone)
    day = end + timedelta(days=away)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if away > grace:
        expected = CertificateState.EXPIRED
    elif away > 0:
        expected = CertificateState.IN_GRACE
    else:
        expected = CertificateState.RENEWAL_OPEN if -away <= window else CertificateState.VALID

    assert state_at(found, noon, revoked=False) == expected


@given(days, windows, graces, reminding, zones)
def test_each_reminder_is_sent_once(end: date, window: int, grace: int, wanted: list[int], zone: str) -> None:
    """By somebody who looks at every moment at which one is due."""
    found = term(end, renewal_days=window, grace_days=grace, time_zone=zone)
    start = found.ends_at - timedelta(days=1000)
    told, at = [], next_reminder(found, wanted, zone, start)
    while at is not None:
        told.append(reminder_now(found, wanted, zone, at))
        at = next_reminder(found, wanted, zone, at)

    assert told == [*sorted(wanted, reverse=True), ENDED]
    assert len(reminders(found, wanted, zone)) == len(wanted) + 1


@given(days, reminding, zones, st.integers(min_value=0, max_value=24 * 900))
def test_whoever_was_away_sends_the_newest_alone(end: date, wanted: list[int], zone: str, hours: int) -> None:
    found = term(end, renewal_days=90, grace_days=30, time_zone=zone)
    now = found.ends_at + timedelta(days=30) - timedelta(hours=hours)
    passed = [number for moment, number in reminders(found, wanted, zone) if moment <= now]
    coming = [moment for moment, _number in reminders(found, wanted, zone) if moment > now]

    assert reminder_now(found, wanted, zone, now) == (min(passed) if passed else None)
    assert next_reminder(found, wanted, zone, now) == (coming[0] if coming else None)


def at_end(end: date) -> Term:
    return term(end, renewal_days=90, grace_days=30, time_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("end", "clock"),
    [
        (date(2026, 3, 28), "23:59:59+01:00"),
        (date(2026, 3, 29), "23:59:59+02:00"),
        (date(2026, 10, 24), "23:59:59+02:00"),
        (date(2026, 10, 25), "23:59:59+01:00"),
        (date(2028, 2, 29), "23:59:59+01:00"),
        (date(2026, 12, 31), "23:59:59+01:00"),
    ],
)
def test_last_second_is_that_of_the_wall_when_clocks_change(end: date, clock: str) -> None:
    assert at_end(end).ends_at.astimezone(ZoneInfo("Europe/Berlin")).isoformat()[11:] == clock


@pytest.mark.parametrize("end", [date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 1), date(2028, 2, 29)])
def test_mornings_are_at_eight_on_the_wall(end: date) -> None:
    moments = [at for at, number in reminders(at_end(end), (90, 30, 7), "Europe/Berlin") if number != ENDED]

    assert [at.astimezone(ZoneInfo("Europe/Berlin")).hour for at in moments] == [8, 8, 8]


@pytest.mark.parametrize(
    ("state", "living", "renewable"),
    [
        ("valid", True, False),
        ("renewal_open", True, True),
        ("in_grace", True, True),
        ("expired", False, False),
        ("revoked", False, False),
    ],
)
def test_named_sets_of_states(state: str, living: bool, renewable: bool) -> None:
    assert (state in LIVING, state in RENEWABLE) == (living, renewable)


@pytest.mark.parametrize("ends", [date(2027, 1, 15), date(2024, 2, 29), date(2031, 8, 31)])
def test_renewals_in_a_row_keep_the_day(ends: date) -> None:
    """24 months each; a leap day comes back only where there is one."""
    chain = [ends]
    for _ in range(4):
        chain.append(months_after(chain[-1], 24))

    assert [day.year for day in chain] == [ends.year + 2 * step for step in range(5)]
    assert {day.month for day in chain} == {ends.month}
    assert all(day.day in (ends.day, 28) for day in chain)
