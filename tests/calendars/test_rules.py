"""Whose business days are which, as plain values."""

from datetime import date

import pytest

from prm.calendars.rules import DAY, Settings, combined, days_between, kept, refused, spans
from prm.clocks.calendar import Calendar
from prm.clocks.holidays import DaysOff

TODAY = date(2026, 11, 23)
CLOSED = frozenset({date(2026, 12, 24)})
LEAVE = frozenset({date(2026, 12, 28)})
NOTHING = Settings()
GERMANY = Settings("DE", "BY", (), CLOSED)


@pytest.mark.parametrize(
    ("own", "company", "expected"),
    [
        (NOTHING, NOTHING, Calendar("UTC")),
        (NOTHING, GERMANY, Calendar("UTC", days_off=DaysOff("DE", "BY", CLOSED))),
        (Settings("NL"), GERMANY, Calendar("UTC", days_off=DaysOff("NL", "", CLOSED))),
        (Settings(days_off=LEAVE), GERMANY, Calendar("UTC", days_off=DaysOff("DE", "BY", CLOSED | LEAVE))),
        (Settings(days_off=LEAVE), NOTHING, Calendar("UTC", days_off=LEAVE)),
        (Settings(weekend=(4, 5)), GERMANY, Calendar("UTC", frozenset({4, 5}), DaysOff("DE", "BY", CLOSED))),
        (NOTHING, Settings(weekend=(6,)), Calendar("UTC", frozenset({6}))),
        (Settings(weekend=(5,)), Settings(weekend=(6,)), Calendar("UTC", frozenset({5}))),
    ],
    ids=[
        *("nobody has set anything", "as the company", "another country without its parts", "leave besides"),
        *("leave without a country", "another weekend", "the company's weekend", "the own weekend"),
    ],
)
def test_what_a_person_has_set_comes_before_the_company(own: Settings, company: Settings, expected: Calendar) -> None:
    assert combined("UTC", own, company) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (0, 0, {}),
        (0, 365, {}),
        (3, 5, {}),
        (-1, 0, {"first": "past"}),
        (-1, -2, {"first": "past"}),
        (2, 1, {"last": "order"}),
        (0, 366, {"last": "long"}),
    ],
)
def test_only_what_is_to_come_can_be_entered(first: int, last: int, expected: dict[str, str]) -> None:
    assert refused(TODAY + first * DAY, TODAY + last * DAY, from_day=TODAY) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], []),
        ([1], [(1, 1)]),
        ([1, 2, 3], [(1, 3)]),
        ([5, 1, 2], [(1, 2), (5, 5)]),
        ([1, 3, 5], [(1, 1), (3, 3), (5, 5)]),
    ],
)
def test_spans_are_unbroken(days: list[int], expected: list[tuple[int, int]]) -> None:
    found = spans(TODAY + n * DAY for n in days)

    assert found == [(TODAY + first * DAY, TODAY + last * DAY) for first, last in expected]


@pytest.mark.parametrize(("length", "count"), [(0, 1), (6, 7), (-1, 0), (-9, 0)])
def test_days_between_has_both_ends(length: int, count: int) -> None:
    found = days_between(TODAY, TODAY + length * DAY)

    assert len(found) == count
    assert spans(found) == ([(TODAY, TODAY + length * DAY)] if count else [])


def test_new_version_forgets_what_no_clock_reads() -> None:
    days = [TODAY - 800 * DAY, TODAY - 367 * DAY, TODAY - 366 * DAY, TODAY - DAY, TODAY, TODAY + DAY]

    assert kept(days, TODAY) == frozenset(days[2:])
