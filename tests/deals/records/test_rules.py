"""Years, days and shares of partners of record, as plain values."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.conflicts.incumbents import FOLLOWS, NEW_BUSINESS, OWN, OfRecord, existing
from deals.precedence import BLOCK, EXISTING, HINT, INCUMBENT, REVIEW
from deals.records.rules import first_free, flaws, last_day, prolonged, proof_opens, share_of

TODAY = date(2026, 11, 23)
LATER = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("since", "last", "after"),
    [
        (date(2026, 3, 1), date(2027, 2, 28), date(2028, 2, 29)),
        (date(2024, 2, 29), date(2025, 2, 27), date(2026, 2, 27)),
        (date(2026, 1, 1), date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_year_ends_the_day_before_its_anniversary(since: date, last: date, after: date) -> None:
    assert (last_day(since), prolonged(last)) == (last, after)


@pytest.mark.parametrize(
    ("since", "consented", "expected"),
    [
        (TODAY, TODAY, {}),
        (TODAY + timedelta(days=365), TODAY - timedelta(days=365), {}),
        (TODAY - timedelta(days=1), TODAY + timedelta(days=1), {"consented_on": "future", "since": "past"}),
        (TODAY + timedelta(days=366), TODAY - timedelta(days=366), {"consented_on": "too_old", "since": "too_late"}),
    ],
)
def test_days_that_cannot_be(since: date, consented: date, expected: dict[str, str]) -> None:
    assert flaws(since=since, consented_on=consented, today=TODAY) == expected


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], TODAY - timedelta(days=30)),
        ([(date(2020, 1, 1), date(2020, 12, 31))], TODAY - timedelta(days=30)),
        ([(date(2026, 1, 1), TODAY - timedelta(days=9))], TODAY - timedelta(days=8)),
        ([(date(2026, 1, 1), TODAY)], None),
        ([(LATER, last_day(LATER))], None),
    ],
    ids=["nobody", "long ago", "until lately", "somebody today", "somebody later"],
)
def test_first_year_of_a_win_begins_when_nobody_else_is(periods: list[tuple[date, date]], expected: date) -> None:
    assert first_free(periods, TODAY - timedelta(days=30), TODAY) == expected


def test_win_of_a_day_ahead_needs_nobody_to_end() -> None:
    assert first_free([], LATER, TODAY) == LATER


def test_proof_is_taken_from_the_first_reminder_on() -> None:
    assert proof_opens(date(2027, 4, 1), (30, 90, 7)) == date(2027, 1, 1)
    assert proof_opens(date(2027, 4, 1), ()) == date(2027, 4, 1)


YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([YEAR], Decimal(1)),
        ([], Decimal(0)),
        ([(date(2025, 1, 1), date(2025, 12, 31)), (date(2027, 1, 1), date(2027, 12, 31))], Decimal(0)),
        ([(date(2025, 6, 1), date(2026, 1, 1))], Decimal(1) / 365),
        ([(date(2026, 12, 31), date(2028, 1, 1))], Decimal(1) / 365),
        ([(date(2026, 1, 1), date(2026, 3, 14)), (date(2026, 12, 31), date(2027, 5, 1))], Decimal(74) / 365),
    ],
)
def test_share_of_a_year_is_counted_in_days(periods: list[tuple[date, date]], expected: Decimal) -> None:
    assert share_of(YEAR, periods) == expected


@given(cut=st.integers(0, 364))
def test_two_parts_of_a_year_are_the_year(cut: int) -> None:
    middle = YEAR[0] + timedelta(days=cut)
    parts = [share_of(YEAR, [period]) for period in ((YEAR[0], middle), (middle + timedelta(days=1), YEAR[1]))]

    assert sum(parts) == pytest.approx(Decimal(1))


SOMEBODY = OfRecord(own=False, until=None)  # type: ignore[arg-type]
ITSELF = OfRecord(own=True, until=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("opportunity", "is_existing", "record", "expected"),
    [
        ("new", False, None, []),
        ("renewal", True, None, [(EXISTING, (), BLOCK)]),
        ("renewal", True, ITSELF, [(EXISTING, OWN, HINT)]),
        ("expansion", True, ITSELF, [(EXISTING, OWN, HINT)]),
        ("new", True, ITSELF, [(EXISTING, (), BLOCK)]),
        ("renewal", False, ITSELF, []),
        ("renewal", False, SOMEBODY, [(INCUMBENT, FOLLOWS, BLOCK)]),
        ("expansion", True, SOMEBODY, [(EXISTING, (), BLOCK), (INCUMBENT, FOLLOWS, BLOCK)]),
        ("new", False, SOMEBODY, [(INCUMBENT, NEW_BUSINESS, REVIEW)]),
    ],
)
def test_incumbent_prevails_for_what_follows(
    opportunity: str, is_existing: bool, record: OfRecord | None, expected: object
) -> None:
    assert existing(opportunity, is_existing=is_existing, record=record) == expected
