"""Pure rules of direct sales and their cases, row by row."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from deals.cases.rules import Shield, concerned, needs_reason, tells_partner
from deals.cases.states import TONES as CASE_TONES
from deals.cases.states import VERDICTS, CaseState
from deals.direct.rules import Flaw, flaws_of_opportunity, flaws_of_touch, uplift
from deals.direct.states import ENDS, OPEN_STAGES, Stage

TODAY = date(2026, 11, 24)
SOON, LATE = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
FLEET, PLANNER = 1, 2


@pytest.mark.parametrize(
    ("value", "rate", "earned"),
    [
        ("86400.00", "0.02", "1728.00"),
        ("0.25", "0.02", "0.01"),
        ("0.24", "0.02", "0.00"),
        ("0", "0.02", "0.00"),
        ("100", "0", "0.00"),
        ("100", "1", "100.00"),
    ],
)
def test_uplift_is_a_share_to_the_cent(value: str, rate: str, earned: str) -> None:
    assert uplift(Decimal(value), Decimal(rate)) == Decimal(earned)


@pytest.mark.parametrize(
    ("values", "flaws"),
    [
        ({}, []),
        ({"value": None, "currency": ""}, []),
        ({"value": Decimal(0), "currency": "EUR"}, []),
        ({"value": Decimal(5)}, [Flaw("currency", "needed")]),
        ({"currency": "EUR"}, [Flaw("value", "needed")]),
    ],
)
def test_value_and_currency_come_together(values: dict[str, Any], flaws: list[Flaw]) -> None:
    assert flaws_of_opportunity(values) == flaws


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (date(2026, 11, 24), []),
        (date(2026, 11, 25), ["future"]),
        (date(2025, 11, 24), []),
        (date(2025, 11, 23), ["too_old"]),
    ],
)
def test_touch_was_in_the_last_twelve_months(on: date, codes: list[str]) -> None:
    assert [flaw.code for flaw in flaws_of_touch(on, TODAY)] == codes


@pytest.mark.parametrize(
    ("shields", "products", "met"),
    [
        ([], frozenset(), {}),
        ([Shield(7, FLEET, SOON)], frozenset(), {7: SOON}),
        ([Shield(7, FLEET, SOON)], frozenset({FLEET, PLANNER}), {7: SOON}),
        ([Shield(7, FLEET, SOON)], frozenset({PLANNER}), {}),
        ([Shield(7, FLEET, SOON), Shield(7, PLANNER, LATE)], frozenset(), {7: LATE}),
        ([Shield(7, FLEET, LATE), Shield(7, PLANNER, SOON)], frozenset(), {7: LATE}),
        ([Shield(7, FLEET, SOON), Shield(7, PLANNER, LATE)], frozenset({FLEET}), {7: SOON}),
        ([Shield(7, FLEET, None), Shield(7, PLANNER, LATE)], frozenset(), {7: None}),
        ([Shield(7, FLEET, SOON), Shield(8, PLANNER, LATE)], frozenset(), {7: SOON, 8: LATE}),
        ([Shield(7, FLEET, SOON), Shield(8, PLANNER, LATE)], frozenset({PLANNER}), {8: LATE}),
        ([Shield(7, FLEET, SOON), Shield(8, PLANNER, None)], frozenset(), {7: SOON, 8: None}),
        ([Shield(7, FLEET, LATE), Shield(7, PLANNER, None)], frozenset({FLEET}), {7: LATE}),
        ([Shield(7, FLEET, LATE), Shield(7, PLANNER, None)], frozenset({PLANNER}), {7: None}),
        ([Shield(7, FLEET, None), Shield(7, PLANNER, None)], frozenset(), {7: None}),
        ([Shield(7, FLEET, SOON), Shield(7, FLEET, LATE)], frozenset({FLEET}), {7: LATE}),
        ([Shield(7, FLEET, LATE), Shield(8, FLEET, SOON)], frozenset({FLEET}), {7: LATE, 8: SOON}),
    ],
)
def test_occasion_meets_what_is_protected_of_its_products(
    shields: list[Shield], products: frozenset[int], met: dict[int, datetime | None]
) -> None:
    assert concerned(shields, products) == met


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        ("open", False, False),
        ("withdrawn", False, False),
        ("attached", False, True),
        ("permitted", True, True),
        ("breach", True, True),
    ],
)
def test_outcome_says_who_is_told_and_what_it_asks_for(state: str, reason: bool, told: bool) -> None:
    assert (needs_reason(state), tells_partner(state)) == (reason, told)


def test_every_state_has_its_place() -> None:
    assert set(CASE_TONES) == set(CaseState)
    assert {*VERDICTS, CaseState.OPEN, CaseState.WITHDRAWN} == set(CaseState)
    assert {*OPEN_STAGES, *ENDS} == set(Stage)


# Days from the touch to today, and what is wrong with it.
DAYS = {
    -365: "future",
    -2: "future",
    -1: "future",
    0: "",
    1: "",
    30: "",
    60: "",
    61: "",
    180: "",
    364: "",
    365: "",
    366: "too_old",
    730: "too_old",
    3650: "too_old",
}


@pytest.mark.parametrize("days", DAYS)
def test_each_day_is_taken_or_refused_for_its_own_reason(days: int) -> None:
    flaws = flaws_of_touch(date.fromordinal(TODAY.toordinal() - days), TODAY)

    assert [flaw.code for flaw in flaws] == [code for code in [DAYS[days]] if code]
    assert {flaw.field for flaw in flaws} <= {"on"}


@pytest.mark.parametrize(
    "value",
    [
        "0.01",
        "0.49",
        "0.50",
        "1",
        "99.99",
        "12345.67",
        "86400",
        "999999999.99",
    ],
)
@pytest.mark.parametrize("rate", ["0", "0.0001", "0.02", "0.5", "1"])
def test_uplift_is_never_more_than_the_value_and_off_by_half_a_cent_at_most(value: str, rate: str) -> None:
    amount, share = Decimal(value), Decimal(rate)

    earned = uplift(amount, share)

    assert 0 <= earned <= amount
    assert abs(earned - amount * share) <= Decimal("0.005")
    assert earned == earned.quantize(Decimal("0.01"))


def test_nothing_is_met_where_nothing_is_shielded() -> None:
    for products in (frozenset[int](), frozenset({FLEET}), frozenset({FLEET, PLANNER})):
        assert concerned([], products) == {}
