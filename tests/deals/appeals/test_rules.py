"""Dates and amounts of appeals, without a database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.appeals import rules
from deals.appeals.states import TONES, WAITING, Outcome
from deals.conflicts.rules import Found
from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar

CALENDAR = Calendar("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
RULES = DealRules()


def protection(*products: int, band: str = "block", kind: str = "rival_protection") -> Found:
    return Found(kind, band, 1.0, (), ("deal", "deal_x"), overlap=frozenset(products))


def test_window_and_answer_are_counted_in_business_days() -> None:
    assert rules.appeal_until(FRIDAY, RULES, CALENDAR) == FRIDAY + timedelta(days=14)
    assert rules.decision_due(FRIDAY, RULES, CALENDAR) == FRIDAY + timedelta(days=7)
    shorter = DealRules(appeal_business_days=1, appeal_decision_business_days=2)
    assert rules.appeal_until(FRIDAY, shorter, CALENDAR) == FRIDAY + timedelta(days=3)
    assert rules.decision_due(FRIDAY, shorter, CALENDAR) == FRIDAY + timedelta(days=4)


@pytest.mark.parametrize(
    ("found", "free"),
    [
        ([], {1, 2}),
        ([protection(1)], {2}),
        ([protection(1), protection(2)], set()),
        ([protection(1, 2)], set()),
        ([protection(1, band="review")], {1, 2}),
        ([protection(1, kind="earlier_registration")], {1, 2}),
        ([protection(3)], {1, 2}),
    ],
)
def test_only_a_certain_protection_takes_a_product(found: list[Found], free: set[int]) -> None:
    assert rules.still_free(iter(found), frozenset({1, 2})) == free


@pytest.mark.parametrize(
    ("amount", "currency", "most", "payable"),
    [
        ("0.01", "EUR", "100", True),
        ("100.00", "EUR", "100", True),
        ("100.01", "EUR", "100", False),
        ("0", "EUR", "100", False),
        ("-1", "EUR", "100", False),
        (None, "EUR", "100", False),
        ("1", "EUR", None, False),
        ("10", "JPY", "100", True),
        ("10.50", "JPY", "100", False),
    ],
)
def test_compensation_is_whole_coins_up_to_the_value(
    amount: str | None, currency: str, most: str | None, payable: bool
) -> None:
    given_amount, given_most = (Decimal(value) if value else None for value in (amount, most))

    assert rules.is_payable(given_amount, currency, most=given_most) is payable


@given(st.integers(1, 365), st.integers(1, 365), st.integers(1_600_000_000, 2_000_000_000))
def test_more_days_never_mean_less_time(days: int, more: int, second: int) -> None:
    start = datetime.fromtimestamp(second, UTC)
    short = DealRules(appeal_business_days=days)
    longer = DealRules(appeal_business_days=min(365, days + more))

    until = rules.appeal_until(start, short, CALENDAR)
    assert start < until <= rules.appeal_until(start, longer, CALENDAR)


def test_every_outcome_has_a_tone() -> None:
    assert set(TONES) == {WAITING, *Outcome.values}
