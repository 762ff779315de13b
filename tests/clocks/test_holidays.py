"""Deadlines where people live: their holidays, their weekends, and their clocks going forward and back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.clocks.calendar import Calendar
from prm.clocks.holidays import DaysOff, countries, public_holidays, subdivisions
from tests.clocks.known import KNOWN

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
MIDDLE_EAST = frozenset({FRIDAY, SATURDAY})
BERLIN = Calendar("Europe/Berlin", days_off=DaysOff("DE", "BE"))
MUNICH = Calendar("Europe/Berlin", days_off=DaysOff("DE", "BY"))
NEW_YORK = Calendar("America/New_York", days_off=DaysOff("US"))
KOLKATA = Calendar("Asia/Kolkata", days_off=DaysOff("IN", "WB"))
APIA = Calendar("Pacific/Apia", days_off=DaysOff("WS"))
CAIRO = Calendar("Africa/Cairo", weekend=MIDDLE_EAST, days_off=DaysOff("EG"))
PLAIN_CAIRO = Calendar("Africa/Cairo", weekend=MIDDLE_EAST)


def at(calendar: Calendar, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.zone)


def wall(calendar: Calendar, moment: datetime) -> str:
    return f"{moment.astimezone(calendar.zone):%a %Y-%m-%d %H:%M}"


CASES = [
    # Two business days from the place in line; what stands in the way of them.
    (BERLIN, "2026-11-23 10:00", "Wed 2026-11-25 10:00", "an ordinary week"),
    (BERLIN, "2026-12-23 10:00", "Mon 2026-12-28 10:00", "Christmas Day on the due day, the second on a Saturday"),
    (BERLIN, "2026-12-30 15:30", "Mon 2027-01-04 15:30", "New Year and a weekend"),
    (BERLIN, "2026-04-02 09:00", "Wed 2026-04-08 09:00", "Good Friday to Easter Monday"),
    (BERLIN, "2026-03-05 12:00", "Mon 2026-03-09 12:00", "Women's Day falls on a Sunday"),
    (BERLIN, "2027-03-05 12:00", "Wed 2027-03-10 12:00", "Women's Day, in Berlin alone, on a Monday"),
    (MUNICH, "2027-03-05 12:00", "Tue 2027-03-09 12:00", "the same days in Munich"),
    (BERLIN, "2026-06-03 12:00", "Fri 2026-06-05 12:00", "Corpus Christi is a business day in Berlin"),
    (MUNICH, "2026-06-03 12:00", "Mon 2026-06-08 12:00", "and none in Munich"),
    (BERLIN, "2026-03-26 16:00", "Mon 2026-03-30 16:00", "clocks go forward on the way"),
    (BERLIN, "2026-10-22 16:00", "Mon 2026-10-26 16:00", "clocks go back on the way"),
    (BERLIN, "2026-10-23 02:30", "Tue 2026-10-27 02:30", "a wall time that repeated on the Sunday between"),
    (NEW_YORK, "2026-11-25 17:00", "Mon 2026-11-30 17:00", "Thanksgiving"),
    (NEW_YORK, "2026-07-01 09:00", "Mon 2026-07-06 09:00", "the Fourth on a Saturday is observed on the Friday"),
    (NEW_YORK, "2026-03-05 23:30", "Mon 2026-03-09 23:30", "clocks go forward on the way"),
    (NEW_YORK, "2026-10-29 23:30", "Mon 2026-11-02 23:30", "clocks go back on the way"),
    (NEW_YORK, "2026-12-31 10:00", "Tue 2027-01-05 10:00", "New Year and a weekend"),
    (
        KOLKATA,
        "2026-01-22 11:15",
        "Wed 2026-01-28 11:15",
        "Republic Day, and Netaji's birthday in Bengal",
    ),
    (KOLKATA, "2026-08-13 11:15", "Mon 2026-08-17 11:15", "Independence Day on a Saturday"),
    (KOLKATA, "2026-10-01 23:59", "Tue 2026-10-06 23:59", "Gandhi's birthday on the due day's eve"),
    (APIA, "2026-05-29 08:00", "Wed 2026-06-03 08:00", "Independence Day on a Monday"),
    (APIA, "2026-08-07 08:00", "Wed 2026-08-12 08:00", "Father's Day is a holiday there"),
    (APIA, "2026-12-31 23:00", "Tue 2027-01-05 23:00", "New Year, and the day after it on a Saturday"),
    (CAIRO, "2026-11-19 10:00", "Mon 2026-11-23 10:00", "Thursday; the weekend is Friday and Saturday"),
    (CAIRO, "2026-11-20 10:00", "Mon 2026-11-23 10:00", "from a day of the weekend"),
    (CAIRO, "2026-11-18 10:00", "Sun 2026-11-22 10:00", "due on a Sunday"),
    (CAIRO, "2026-04-23 10:00", "Mon 2026-04-27 10:00", "clocks go forward in their weekend"),
]


@pytest.mark.parametrize(("calendar", "start", "expected"), [case[:3] for case in CASES], ids=[c[3] for c in CASES])
def test_decision_is_due_after_two_business_days(calendar: Calendar, start: str, expected: str) -> None:
    assert wall(calendar, calendar.due(at(calendar, start), 2)) == expected


def test_one_moment_is_due_at_different_ones() -> None:
    """Thursday evening in Berlin is Friday in Kolkata, where a birthday is on the way, and in Apia."""
    moment = datetime(2026, 11, 19, 20, tzinfo=UTC)
    due = {
        calendar.time_zone: wall(calendar, calendar.due(moment, 2)) for calendar in (BERLIN, NEW_YORK, KOLKATA, APIA)
    }

    assert due == {
        "Europe/Berlin": "Mon 2026-11-23 21:00",
        "America/New_York": "Mon 2026-11-23 15:00",
        "Asia/Kolkata": "Wed 2026-11-25 01:30",
        "Pacific/Apia": "Tue 2026-11-24 09:00",
    }


PAUSES = [
    # A clock due at the first moment, paused from the second to the third.
    (BERLIN, "2026-12-23 10:00", "2026-12-22 10:00", "2026-12-29 10:00", "Wed 2026-12-30 10:00", "across Christmas"),
    (BERLIN, "2026-12-24 10:00", "2026-12-24 09:00", "2026-12-27 09:00", "Mon 2026-12-28 01:00", "into Christmas"),
    (BERLIN, "2026-12-28 10:00", "2026-12-25 10:00", "2026-12-26 10:00", "Mon 2026-12-28 10:00", "on holidays alone"),
    (NEW_YORK, "2026-11-25 12:00", "2026-11-25 10:00", "2026-11-27 10:00", "Fri 2026-11-27 12:00", "over Thanksgiving"),
    (
        PLAIN_CAIRO,
        "2026-11-19 12:00",
        "2026-11-19 10:00",
        "2026-11-22 10:00",
        "Sun 2026-11-22 12:00",
        "Friday, Saturday",
    ),
    (BERLIN, "2026-10-26 12:00", "2026-10-23 12:00", "2026-10-26 12:00", "Tue 2026-10-27 12:00", "clocks go back"),
]


@pytest.mark.parametrize(
    ("calendar", "due", "since", "until", "expected"), [case[:5] for case in PAUSES], ids=[case[5] for case in PAUSES]
)
def test_pause_gives_back_its_business_time(
    calendar: Calendar, due: str, since: str, until: str, expected: str
) -> None:
    passed = calendar.business_time(at(calendar, since), at(calendar, until))

    assert wall(calendar, calendar.postpone(at(calendar, due), passed)) == expected


def test_days_off_of_a_person_and_of_a_country_both_count() -> None:
    leave = frozenset({date(2026, 12, 28), date(2026, 12, 29)})
    calendar = Calendar("Europe/Berlin", days_off=DaysOff("DE", "BE", leave))

    assert wall(calendar, calendar.due(at(calendar, "2026-12-23 10:00"), 2)) == "Wed 2026-12-30 10:00"


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "name"),
    [
        ("DE", "", date(2026, 10, 3), "German Unity Day"),
        ("US", "", date(2026, 7, 3), "Independence Day (observed)"),
        ("WS", "", date(2026, 6, 1), "Independence Day"),
        ("IN", "", date(2026, 1, 26), "Republic Day"),
    ],
)
def test_holidays_have_names_in_the_language_of_the_texts(country: str, subdivision: str, day: date, name: str) -> None:
    assert public_holidays(country, subdivision, day.year)[day] == name


@pytest.mark.parametrize(("country", "subdivision"), [("", ""), ("QQ", ""), ("QQ", "BY")])
def test_place_that_nobody_knows_has_no_holidays(country: str, subdivision: str) -> None:
    assert public_holidays(country, subdivision, 2026) == {}
    assert date(2026, 12, 25) not in DaysOff(country, subdivision)


def test_part_that_the_country_does_not_have_is_the_whole_country() -> None:
    assert public_holidays("DE", "XX", 2026) == public_holidays("DE", "", 2026)


def test_days_are_those_that_deadlines_were_promised_with() -> None:
    """All of them, so that a day too many is noticed as well."""
    places = {(country, part, day.year) for country, part, day, _name in KNOWN}
    found = [
        (country, part, day, name)
        for country, part, year in places
        for day, name in public_holidays(country, part, year).items()
    ]

    assert sorted(found) == sorted(KNOWN)


def test_parts_of_a_country_have_names() -> None:
    assert subdivisions("DE")["BY"] == "Bayern"
    assert subdivisions("WS") == {}
    assert subdivisions("QQ") == {}
    assert {"DE", "US", "IN", "WS", "EG"} <= countries()


def test_days_off_know_days_alone() -> None:
    assert "2026-12-25" not in DaysOff("DE")


@given(st.sampled_from([BERLIN, MUNICH, NEW_YORK, KOLKATA, APIA, CAIRO]), st.integers(0, 900), st.integers(1, 12))
def test_due_never_falls_on_a_holiday_or_a_weekend(calendar: Calendar, hours: int, days: int) -> None:
    start = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=hours)
    due = calendar.due(start, days).astimezone(ZoneInfo(calendar.time_zone)).date()

    assert due.weekday() not in calendar.weekend
    assert due not in calendar.days_off
