"""Business calendars: written cases for the clock changes, properties for everything else."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prm.clocks.calendar import SATURDAY, SUNDAY, Calendar, end_of_day, local_date

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Pacific/Apia",
    "Asia/Kolkata",
    "Africa/Cairo",
    "America/Sao_Paulo",
    "UTC",
)
EXTREME = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

SECONDS = (int(datetime(2010, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2040, 1, 1, tzinfo=UTC).timestamp()))
moments = st.integers(*SECONDS).map(lambda second: datetime.fromtimestamp(second, UTC))
zones = st.sampled_from(ZONES)
spans = st.timedeltas(timedelta(), timedelta(days=40))
weekends = st.sampled_from([frozenset({SATURDAY, SUNDAY}), frozenset({4, SATURDAY}), frozenset({SUNDAY}), frozenset()])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Weekends of several cultures, and some days off."""
    off = draw(st.frozensets(st.dates(date(2010, 1, 1), date(2040, 1, 1)), max_size=4))
    return Calendar(draw(zones), draw(weekends), off)


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)


def on_wall(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-23 10:00", 2, "Wed 2026-11-25 10:00:00"),
        ("2026-11-26 16:45", 2, "Mon 2026-11-30 16:45:00"),
        ("2026-11-27 09:00", 1, "Mon 2026-11-30 09:00:00"),
        ("2026-11-27 09:00", 0, "Fri 2026-11-27 09:00:00"),
        ("2026-11-21 13:30", 2, "Tue 2026-11-24 13:30:00"),
        ("2026-11-22 23:59", 1, "Mon 2026-11-23 23:59:00"),
        ("2026-12-30 12:00", 10, "Wed 2027-01-13 12:00:00"),
        ("2028-02-28 08:00", 1, "Tue 2028-02-29 08:00:00"),
        ("2026-03-27 14:00", 1, "Mon 2026-03-30 14:00:00"),
        ("2026-10-23 14:00", 1, "Mon 2026-10-26 14:00:00"),
    ],
    ids=[
        *("midweek", "over a weekend", "Friday", "no days", "from a Saturday", "from a Sunday"),
        *("over a year's end", "leap day", "clocks go forward", "clocks go back"),
    ],
)
def test_due_is_the_same_wall_time_business_days_later(start: str, days: int, expected: str) -> None:
    assert on_wall(Calendar("Europe/Berlin").due(berlin(start), days), "Europe/Berlin") == expected


def test_due_skips_days_off() -> None:
    calendar = Calendar("Europe/Berlin", days_off=frozenset({date(2026, 12, 24), date(2026, 12, 25)}))
    assert on_wall(calendar.due(berlin("2026-12-23 11:00"), 1), "Europe/Berlin") == "Mon 2026-12-28 11:00:00"


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("America/New_York", datetime(2026, 3, 6, 22, tzinfo=UTC), datetime(2026, 3, 10, 21, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 30, 21, tzinfo=UTC), datetime(2026, 11, 3, 22, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 26, 13, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 11, 19, 20, tzinfo=UTC), datetime(2026, 11, 23, 20, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2026, 11, 19, 20, tzinfo=UTC), datetime(2026, 11, 23, 20, tzinfo=UTC)),
    ],
    ids=["New York, spring", "New York, autumn", "Berlin, spring", "Kolkata has Friday already", "Apia too"],
)
def test_due_of_two_days_keeps_the_wall_time_of_the_zone(zone: str, start: datetime, expected: datetime) -> None:
    assert Calendar(zone).due(start, 2) == expected


def test_due_on_a_wall_time_that_was_skipped_exists_once() -> None:
    # On 29 March 2026 the clocks of Berlin jump from 02:00 to 03:00; here Sunday is a business day.
    calendar = Calendar("Europe/Berlin", weekend=frozenset())
    assert calendar.due(berlin("2026-03-28 02:30"), 1) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_due_on_a_wall_time_that_repeats_is_the_first() -> None:
    calendar = Calendar("Europe/Berlin", weekend=frozenset())
    assert calendar.due(berlin("2026-10-24 02:30"), 1) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_due_over_the_day_that_apia_never_had() -> None:
    # Samoa went from 29 to 31 December 2011; Friday the 30th has no instant of its own.
    calendar = Calendar("Pacific/Apia")
    start = datetime(2011, 12, 29, 20, tzinfo=UTC)  # Thursday 10:00
    assert on_wall(calendar.due(start, 2), "Pacific/Apia") == "Mon 2012-01-02 10:00:00"
    assert calendar.business_time(start, datetime(2012, 1, 1, tzinfo=UTC)) == 14 * HOUR


@given(calendars(), moments, st.integers(1, 15))
def test_due_lands_on_a_business_day_at_the_same_wall_time(calendar: Calendar, start: datetime, days: int) -> None:
    due = calendar.due(start, days).astimezone(calendar.zone)
    wall = start.astimezone(calendar.zone)
    assume(exists(due.date(), wall.time(), calendar.zone))
    assert calendar.is_business_day(due.date())
    assert due.time().replace(fold=0) == wall.time().replace(fold=0)
    between = [wall.date() + n * DAY for n in range(1, (due.date() - wall.date()).days + 1)]
    assert sum(calendar.is_business_day(day) for day in between) == days


@given(calendars(), moments, st.integers(0, 8), st.integers(0, 8))
def test_due_in_two_steps_is_due_in_one(calendar: Calendar, start: datetime, first: int, second: int) -> None:
    middle = calendar.due(start, first)
    wall = start.astimezone(calendar.zone)
    assume(middle.astimezone(calendar.zone).time() == wall.time())
    assert calendar.due(middle, second) == calendar.due(start, first + second)


@given(calendars(), moments, st.timedeltas(timedelta(), 3 * HOUR), st.integers(0, 10))
def test_due_keeps_the_order_of_starts_on_one_day(
    calendar: Calendar, start: datetime, after: timedelta, days: int
) -> None:
    early, late = start.astimezone(calendar.zone), (start + after).astimezone(calendar.zone)
    assume(early.date() == late.date() and early.utcoffset() == late.utcoffset())
    assert calendar.due(early, days) <= calendar.due(late, days)


@given(calendars(), moments, st.integers(0, 15))
def test_due_does_not_depend_on_the_zone_of_the_start(calendar: Calendar, start: datetime, days: int) -> None:
    assert calendar.due(start.astimezone(ZoneInfo("Asia/Tokyo")), days) == calendar.due(start, days)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 10:00", "2026-11-23 15:00", 5),
        ("2026-11-27 18:00", "2026-11-30 06:00", 12),
        ("2026-11-28 00:00", "2026-11-30 00:00", 0),
        ("2026-11-23 00:00", "2026-11-30 00:00", 120),
        ("2026-11-23 15:00", "2026-11-23 10:00", 0),
        ("2026-11-23 10:00", "2026-11-23 10:00", 0),
    ],
    ids=["a day", "over a weekend", "a weekend", "a week", "reversed", "no time"],
)
def test_business_time_counts_business_days_alone(start: str, end: str, hours: int) -> None:
    assert Calendar("Europe/Berlin").business_time(berlin(start), berlin(end)) == hours * HOUR


def test_business_time_counts_the_hour_that_repeats() -> None:
    calendar = Calendar("Europe/Berlin", weekend=frozenset())
    first, second = berlin("2026-10-25 02:30"), berlin("2026-10-25 02:30", fold=1)
    assert calendar.business_time(first, second) == HOUR
    # Twenty minutes pass, while the clock on the wall goes back by forty.
    assert calendar.business_time(berlin("2026-10-25 02:50"), berlin("2026-10-25 02:10", fold=1)) == HOUR / 3
    assert calendar.business_time(second, first) == timedelta()


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_business_time_of_a_day_is_as_long_as_the_day(day: str, hours: int) -> None:
    start = berlin(f"{day} 00:00")
    calendar = Calendar("Europe/Berlin", weekend=frozenset())
    assert calendar.business_time(start, start + DAY) == hours * HOUR


def test_business_time_over_a_midnight_that_was_skipped() -> None:
    # In Cairo the clocks jump from Friday 00:00 to 01:00.
    calendar = Calendar("Africa/Cairo", weekend=frozenset())
    thursday = datetime(2026, 4, 23, 12, tzinfo=ZoneInfo("Africa/Cairo"))
    assert calendar.business_time(thursday, thursday + DAY) == 23 * HOUR


@given(calendars(), moments, spans, spans)
def test_business_time_adds_up(calendar: Calendar, start: datetime, one: timedelta, other: timedelta) -> None:
    middle, end = start + one, start + one + other
    whole = calendar.business_time(start, end)
    assert calendar.business_time(start, middle) + calendar.business_time(middle, end) == whole
    assert timedelta() <= whole <= end - start


@given(zones, moments, spans)
def test_business_time_without_days_off_is_all_the_time(zone: str, start: datetime, span: timedelta) -> None:
    assert Calendar(zone, weekend=frozenset()).business_time(start, start + span) == span


@given(calendars(), moments, spans)
def test_postpone_gives_back_exactly_that_business_time(calendar: Calendar, due: datetime, by: timedelta) -> None:
    assert calendar.business_time(due, calendar.postpone(due, by)) == by


@given(calendars(), moments, spans, spans)
def test_postpone_in_two_steps_is_postpone_in_one(
    calendar: Calendar, due: datetime, one: timedelta, other: timedelta
) -> None:
    assert calendar.postpone(calendar.postpone(due, one), other) == calendar.postpone(due, one + other)


@given(calendars(), moments, spans, spans)
def test_postpone_by_more_is_never_earlier(calendar: Calendar, due: datetime, one: timedelta, other: timedelta) -> None:
    less, more = sorted((one, other))
    assert due <= calendar.postpone(due, less) <= calendar.postpone(due, more)


@given(calendars(), moments, moments, spans)
def test_postpone_keeps_the_order_of_what_is_due(
    calendar: Calendar, one: datetime, other: datetime, by: timedelta
) -> None:
    early, late = sorted((one, other))
    assert calendar.postpone(early, by) <= calendar.postpone(late, by)


@given(calendars(), moments, spans, spans)
def test_postpone_by_the_pause_costs_nobody_any_business_time(
    calendar: Calendar, start: datetime, before: timedelta, pause: timedelta
) -> None:
    """What the decider had left when the clock stopped is what is left when it goes on."""
    paused, resumed = start + before, start + before + pause
    due = calendar.due(start, 30)
    assume(resumed < due)
    later = calendar.postpone(due, calendar.business_time(paused, resumed))
    assert calendar.business_time(resumed, later) == calendar.business_time(paused, due)


@given(calendars(), moments, st.timedeltas(timedelta(microseconds=1), timedelta(days=40)))
def test_postpone_lands_on_a_business_day(calendar: Calendar, due: datetime, by: timedelta) -> None:
    assert calendar.is_business_day(local_date(calendar.postpone(due, by), calendar.time_zone))


@given(calendars(), moments)
def test_postpone_by_nothing_changes_nothing(calendar: Calendar, due: datetime) -> None:
    assert calendar.postpone(due, timedelta()) == due


def test_postpone_over_a_weekend() -> None:
    calendar = Calendar("Europe/Berlin")
    assert (
        on_wall(calendar.postpone(berlin("2026-11-27 18:00"), 12 * HOUR), "Europe/Berlin") == "Mon 2026-11-30 06:00:00"
    )
    assert (
        on_wall(calendar.postpone(berlin("2026-11-27 18:00"), 6 * HOUR), "Europe/Berlin") == "Mon 2026-11-30 00:00:00"
    )


@given(calendars(), st.dates(date(2010, 1, 1), date(2040, 1, 1)))
def test_next_business_day_is_the_first_after(calendar: Calendar, day: date) -> None:
    found = calendar.next_business_day(day)
    assert found > day
    assert calendar.is_business_day(found)
    between = [day + n * DAY for n in range(1, (found - day).days)]
    assert not any(calendar.is_business_day(other) for other in between)


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 11, 24), "UTC", "2026-11-24T23:59:59+00:00"),
        (date(2026, 11, 24), "Europe/Berlin", "2026-11-24T22:59:59+00:00"),
        (date(2026, 7, 24), "Europe/Berlin", "2026-07-24T21:59:59+00:00"),
        (date(2026, 11, 24), "Asia/Kolkata", "2026-11-24T18:29:59+00:00"),
        (date(2026, 11, 24), "Pacific/Apia", "2026-11-24T10:59:59+00:00"),
        (date(2026, 11, 24), "Pacific/Pago_Pago", "2026-11-25T10:59:59+00:00"),
        (date(2026, 3, 8), "America/New_York", "2026-03-09T03:59:59+00:00"),
        (date(2026, 11, 1), "America/New_York", "2026-11-02T04:59:59+00:00"),
        (date(2028, 2, 29), "UTC", "2028-02-29T23:59:59+00:00"),
        # Clocks went back at midnight: the day showed its last hour twice.
        (date(2017, 2, 18), "America/Sao_Paulo", "2017-02-19T02:59:59+00:00"),
    ],
)
def test_end_of_day_is_the_last_second_on_the_wall(day: date, zone: str, expected: str) -> None:
    assert end_of_day(day, zone).isoformat() == expected


@given(st.dates(date(2012, 1, 1), date(2040, 1, 1)), zones)
def test_end_of_day_belongs_to_its_day_and_the_next_second_does_not(day: date, zone: str) -> None:
    end = end_of_day(day, zone)
    assert end.tzinfo is not None
    assert end.utcoffset() == timedelta()
    assert local_date(end, zone) == day
    assert local_date(end + timedelta(seconds=1), zone) == day + DAY


@given(moments, zones)
def test_local_date_is_not_over_before_its_end(moment: datetime, zone: str) -> None:
    assert moment.replace(microsecond=0) <= end_of_day(local_date(moment, zone), zone)


def exists(day: date, clock: time, zone: ZoneInfo) -> bool:
    """Whether the wall of the zone ever shows that time on that day."""
    wall = datetime.combine(day, clock.replace(fold=0), zone)
    return wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
