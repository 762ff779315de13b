"""Whose turn it is: tables of plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.releases.rules import Asker, Standing, ahead_of, in_line, left_by, refusal_due
from deals.releases.states import Turn
from deals.rulebook import DealRules
from prm.calendars.rules import Settings, combined
from prm.clocks.calendar import Calendar

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
HOUR = timedelta(hours=1)
HELIX, ORBIT, THIRD = 1, 2, 3


def asker(key: int, partner: int, hours: int, *, undecided: bool = False) -> Asker:
    return Asker(key, partner, (NOON + hours * HOUR, key), undecided)


@pytest.mark.parametrize(
    ("askers", "keys"),
    [
        ([], []),
        ([asker(1, HELIX, 3), asker(2, ORBIT, 1)], [2, 1]),
        ([asker(1, HELIX, 1), asker(2, ORBIT, 1)], [1, 2]),
        # One for each partner: the first, unless another of its own still waits for a decision.
        ([asker(1, HELIX, 3), asker(2, HELIX, 1)], [2]),
        ([asker(1, HELIX, 3, undecided=True), asker(2, HELIX, 1), asker(3, ORBIT, 2)], [3, 1]),
    ],
)
def test_line_is_that_of_the_places(askers: list[Asker], keys: list[int]) -> None:
    assert [one.key for one in in_line(askers)] == keys


RUNS = Standing(10, HELIX, Turn.OFFERED, NOON + HOUR)
OVERDUE = Standing(11, HELIX, Turn.OFFERED, NOON)
TAKEN = Standing(12, HELIX, Turn.TAKEN, open=True)
CAME_TO_NOTHING = Standing(13, HELIX, Turn.TAKEN)
DECLINED = Standing(14, HELIX, Turn.DECLINED)
NEXT = Standing(20, ORBIT, Turn.WAITING)


@pytest.mark.parametrize(
    ("line", "partner", "ahead"),
    [
        ([], THIRD, None),
        ([RUNS, NEXT], THIRD, RUNS),
        ([RUNS, NEXT], ORBIT, RUNS),
        ([RUNS, NEXT], HELIX, None),
        # Nobody was told yet, or the sweep is late: the next one is not overtaken meanwhile.
        ([NEXT], THIRD, NEXT),
        ([NEXT], ORBIT, None),
        ([OVERDUE, NEXT], THIRD, NEXT),
        ([OVERDUE, NEXT], HELIX, NEXT),
        ([OVERDUE], THIRD, None),
        # What was taken up stands in the line itself, until it is decided against.
        ([TAKEN, NEXT], THIRD, None),
        ([CAME_TO_NOTHING, NEXT], THIRD, NEXT),
        ([DECLINED, NEXT], HELIX, NEXT),
        ([DECLINED], THIRD, None),
    ],
)
def test_first_refusal_stands_in_the_way_of_others(line: list[Standing], partner: int, ahead: Standing | None) -> None:
    assert ahead_of(partner, line, NOON) == ahead


@pytest.mark.parametrize(
    ("one", "holds"), [(RUNS, True), (OVERDUE, False), (TAKEN, True), (CAME_TO_NOTHING, False), (NEXT, False)]
)
def test_turn_holds_until_its_time_is_up(one: Standing, holds: bool) -> None:
    assert one.holds(NOON) is holds


@pytest.mark.parametrize(("one", "left"), [(OVERDUE, Turn.SILENT), (CAME_TO_NOTHING, Turn.ENDED)])
def test_turn_that_is_over_says_why(one: Standing, left: Turn) -> None:
    assert left_by(one) == left


FRIDAY = datetime(2026, 12, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "days", "calendar", "due"),
    [
        (NOON, 2, Calendar(), NOON + timedelta(days=2)),
        (FRIDAY, 2, Calendar(), FRIDAY + timedelta(days=4)),
        # 8 December is a holiday in Austria and an ordinary Tuesday in Germany.
        (FRIDAY, 2, combined("Europe/Vienna", Settings(country="AT"), Settings()), FRIDAY + timedelta(days=5)),
        (FRIDAY, 2, combined("Europe/Berlin", Settings(country="DE"), Settings()), FRIDAY + timedelta(days=4)),
        (FRIDAY, 1, combined("Asia/Dubai", Settings(country="AE"), Settings()), FRIDAY + timedelta(days=3)),
    ],
)
def test_first_refusal_ends_in_the_calendar_of_the_partner(
    told: datetime, days: int, calendar: Calendar, due: datetime
) -> None:
    assert refusal_due(told, DealRules(first_refusal_business_days=days), calendar) == due
