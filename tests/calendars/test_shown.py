"""What the page says about somebody's business days, and which of them can still be taken back."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from prm.calendars import shown
from prm.calendars.actions import change, take_off
from prm.calendars.forms import DaysForm, WorkCalendarForm
from prm.calendars.models import WorkCalendar
from prm.calendars.selectors import newest, owner_for
from prm.clocks.calendar import Calendar
from prm.clocks.database import database_now
from tests.factories import Cast

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def days(*numbers: int) -> list[date]:
    return [TODAY + number * DAY for number in numbers]


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        ([], []),
        ([-3, -2], []),
        ([0], [(0, 0, False, 1)]),
        ([-1, 0, 1], [(-1, 1, True, 1)]),
        ([2, 3], [(2, 3, True, 2)]),
        ([0, 2], [(0, 0, False, 1), (2, 2, True, 2)]),
    ],
    ids=["none", "over", "today", "begun yesterday", "to come", "two spans"],
)
def test_days_off_to_come(off: list[int], expected: list[tuple[int, int, bool, int]]) -> None:
    found = shown.own_days(WorkCalendar(days_off=days(*off)), TODAY)

    assert [(one.first, one.last, one.may_end, one.from_day) for one in found] == [
        (TODAY + first * DAY, TODAY + last * DAY, may_end, TODAY + begins * DAY)
        for first, last, may_end, begins in expected
    ]


@pytest.mark.parametrize(
    ("weekend", "expected"),
    [({5, 6}, ["Saturday", "Sunday"]), ({4, 5}, ["Friday", "Saturday"]), ({6}, ["Sunday"])],
)
def test_weekend_in_words(weekend: set[int], expected: list[str]) -> None:
    assert shown.weekend(Calendar("UTC", frozenset(weekend))) == expected


def test_next_holidays_come_over_the_turn_of_the_year(db: None) -> None:
    found = shown.holidays_ahead(WorkCalendar(country="DE"), TODAY)

    assert found[:3] == [
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 26), "Second Day of Christmas"),
        (date(2027, 1, 1), "New Year's Day"),
    ]
    assert all(TODAY <= day < TODAY + 366 * DAY for day, _name in found)
    assert len(found) <= shown.MOST


def test_person_without_a_country_has_the_companys_holidays(cast: Cast) -> None:
    now = database_now()
    assert shown.holidays_ahead(newest(cast.pam), TODAY) == []
    change(owner=cast.vendor, values={"country": "WS"}, by=cast.admin, now=now)
    assert shown.holidays_ahead(newest(cast.pam), TODAY)[0][0] == date(2026, 12, 25)
    assert shown.holidays_ahead(newest(cast.vendor), TODAY) == shown.holidays_ahead(newest(cast.pam), TODAY)


def test_closed_days_stand_on_the_pages_of_people(cast: Cast) -> None:
    first = database_now().date() + 10 * DAY
    take_off(owner=cast.vendor, first=first, last=first + DAY, by=cast.admin, now=database_now())

    assert shown.company_days(newest(cast.pam), first) == [(first, first + DAY)]
    assert shown.company_days(newest(cast.pam), first + 2 * DAY) == []
    assert shown.company_days(newest(cast.vendor), first) == []


def test_calendars_are_found_by_those_who_may_change_them(cast: Cast) -> None:
    found = {
        (reader, owner): owner_for(getattr(cast, reader), getattr(cast, owner).public_id) is not None
        for reader in ("pam", "pam2", "admin", "executive")
        for owner in ("pam", "pam2", "vendor", "seller")
    }

    assert {pair for pair, is_found in found.items() if is_found} == {
        *(("pam", "pam"), ("pam2", "pam2"), ("admin", "pam"), ("admin", "pam2"), ("admin", "vendor"))
    }
    assert owner_for(cast.helix.admin, cast.helix.organisation.public_id) is None
    assert owner_for(cast.admin, cast.helix.organisation.public_id) is None
    assert owner_for(cast.admin, "usr_nobody") is None


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("first=2026-12-24&last=2026-12-31", (date(2026, 12, 24), date(2026, 12, 31))),
        ("first=2026-12-24&last=", (date(2026, 12, 24), date(2026, 12, 24))),
        ("first=2026-12-24", (date(2026, 12, 24), date(2026, 12, 24))),
        ("first=&last=2026-12-24", None),
        ("first=24.13.2026", None),
    ],
)
def test_one_day_needs_no_last(sent: str, expected: tuple[date, date] | None) -> None:
    form = DaysForm(QueryDict(sent))

    assert form.is_valid() is (expected is not None)
    if expected:
        assert tuple(form.span().values()) == expected


@pytest.mark.parametrize(
    ("sent", "values"),
    [
        ("country=DE&subdivision=BY", {"country": "DE", "subdivision": "BY", "weekend": []}),
        ("country=US&subdivision=BY", {"country": "US", "subdivision": "", "weekend": []}),
        ("country=&subdivision=BY", {"country": "", "subdivision": "", "weekend": []}),
        ("weekend=4&weekend=5", {"country": "", "subdivision": "", "weekend": [4, 5]}),
    ],
    ids=["a part", "another country, the part of the old one", "no country any more", "another weekend"],
)
def test_company_form(cast: Cast, sent: str, values: dict[str, object]) -> None:
    kept = WorkCalendar(organisation=cast.vendor, number=1, country="DE", subdivision="BE")
    form = WorkCalendarForm(QueryDict(f"{sent}&version=1"), calendar=kept)

    assert form.is_valid(), form.errors
    assert form.values() == values


def test_part_of_the_same_country_must_exist(cast: Cast) -> None:
    kept = WorkCalendar(organisation=cast.vendor, number=1, country="DE", subdivision="BE")
    form = WorkCalendarForm(QueryDict("country=DE&subdivision=TX&version=1"), calendar=kept)

    assert list(form.errors) == ["subdivision"]
