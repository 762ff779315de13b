"""What frozen terms pay, and when: plain values."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from deals.earnings import rules


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def terms(**changes: Any) -> dict[str, Any]:
    once = {"what": "once", "rate": "0.2", "base": money("86400.00"), "amount": money("17280.00")}
    yearly = {"what": "yearly", "rate": "0.05", "base": money("24000.00"), "amount": money("1200.00")}
    shares = [{"organisation": "org_a", "share": "1"}]
    return {"rate": "0.2", "lines": [once, yearly], "shares": shares, "payable_after_days": 14, **changes}


def test_once_is_of_what_it_was_won_for() -> None:
    due = rules.once_due(terms(), won_value=Decimal("50000.00"), currency="EUR", holder="org_a")

    assert due == rules.Due(Decimal("0.2"), Decimal("50000.00"), {"org_a": Decimal("10000.00")})


def test_terms_of_two_holders_are_split_to_the_cent() -> None:
    shares = [{"organisation": "org_a", "share": "0.5"}, {"organisation": "org_b", "share": "0.5"}]
    due = rules.once_due(terms(shares=shares), won_value=Decimal("0.25"), currency="EUR", holder="org_a")

    assert due is not None
    assert due.parts == {"org_a": Decimal("0.03"), "org_b": Decimal("0.02")}


def test_terms_from_before_shares_are_the_holders_alone() -> None:
    old = {"rate": "0.12"}
    due = rules.once_due(old, won_value=Decimal("100.00"), currency="EUR", holder="org_a")

    assert due == rules.Due(Decimal("0.12"), Decimal("100.00"), {"org_a": Decimal("12.00")})
    assert rules.wait_days(old) == 30
    assert rules.first_year_end(old, date(2026, 11, 21)) is None
    assert rules.year_due(old, won_value=Decimal(1), refunded=Decimal(0), currency="EUR", holder="org_a") is None


def test_no_terms_pay_nothing() -> None:
    assert rules.once_due({}, won_value=Decimal(1), currency="EUR", holder="org_a") is None
    assert rules.rate_of(terms(lines=[]), "yearly") is None
    assert rules.rate_of(terms(), "yearly") == Decimal("0.05")
    assert rules.wait_days(terms()) == 14


@pytest.mark.parametrize(
    ("won", "refunded", "base", "amount"),
    [
        ("86400.00", "0.00", "24000.00", "1200.00"),
        ("86400.00", "43200.00", "12000.00", "600.00"),
        ("86400.00", "86400.00", "0.00", "0.00"),
        ("0.00", "0.00", "0.00", "0.00"),
        ("3.00", "1.00", "16000.00", "800.00"),
    ],
)
def test_year_is_of_the_frozen_base_less_what_was_refunded(won: str, refunded: str, base: str, amount: str) -> None:
    due = rules.year_due(terms(), won_value=Decimal(won), refunded=Decimal(refunded), currency="EUR", holder="org_a")

    assert due == rules.Due(Decimal("0.05"), Decimal(base), {"org_a": Decimal(amount)})


@pytest.mark.parametrize(
    ("closed_on", "years", "expected"),
    [
        (date(2026, 11, 21), 1, date(2027, 11, 21)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_year_ends_on_the_same_day(closed_on: date, years: int, expected: date) -> None:
    assert rules.years_after(closed_on, years) == expected


@pytest.mark.parametrize(
    ("done", "months", "expected"),
    [
        (1, None, date(2028, 11, 21)),
        (9, None, date(2036, 11, 21)),
        (1, 36, date(2028, 11, 21)),
        (2, 36, date(2029, 11, 21)),
        (3, 36, None),
        (1, 12, None),
        (1, 13, date(2028, 11, 21)),
        (1, 6, None),
    ],
)
def test_years_end_with_the_contract(done: int, months: int | None, expected: date | None) -> None:
    assert rules.next_year_end(date(2026, 11, 21), done, months) == expected


def test_first_year_is_promised_with_yearly_terms() -> None:
    assert rules.first_year_end(terms(), date(2026, 11, 21)) == date(2027, 11, 21)
    assert rules.first_year_end(terms(lines=[]), date(2026, 11, 21)) is None
