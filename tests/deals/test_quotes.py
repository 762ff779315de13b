"""What a deal would earn: every cell of motion × opportunity × engagement, line by line."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.registrations import rules
from deals.registrations.quotes import ONCE, YEARLY, QuoteLine, Recurring, lines, quote
from deals.registrations.states import Engagement, Motion, Opportunity, Per
from deals.rulebook import DealRules, clauses

RULES = DealRules()
VALUE = Decimal("86400.00")
# Per cent once, for assisted, shared and independent; per cent each year. Renewals earn half of all of it.
TABLE = {
    Motion.REFERRAL: ((10, 10, 10), 0),
    Motion.RESALE: ((4, 12, 20), 0),
    Motion.MANAGED: ((4, 12, 20), 5),
    Motion.CO_SELL: ((4, 12, 20), 0),
    Motion.INFLUENCE: ((3, 3, 3), 0),
}
FACTORS = {Opportunity.NEW: Decimal(1), Opportunity.RENEWAL: Decimal("0.5"), Opportunity.EXPANSION: Decimal(1)}
CELLS = [
    (motion, opportunity, engagement, Decimal(once[column]) / 100 * factor, Decimal(yearly) / 100 * factor)
    for motion, (once, yearly) in TABLE.items()
    for opportunity, factor in FACTORS.items()
    for column, engagement in enumerate(Engagement)
]


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "value": VALUE,
        "currency": "EUR",
        "recurring": None,
        "motion": "resale",
        "opportunity": "new",
        "engagement": "independent",
        "deal_rules": RULES,
        **changes,
    }


def test_table_fills_every_cell() -> None:
    assert {cell[:3] for cell in CELLS} == {
        (motion, opportunity, engagement)
        for motion in Motion
        for opportunity in Opportunity
        for engagement in Engagement
    }
    assert len(CELLS) == len(Motion) * len(Opportunity) * len(Engagement) == 45


@pytest.mark.parametrize(("motion", "opportunity", "engagement", "once", "yearly"), CELLS)
def test_cell_pays_what_the_page_of_rules_says(
    motion: Motion, opportunity: Opportunity, engagement: Engagement, once: Decimal, yearly: Decimal
) -> None:
    found = lines(**asked(motion=motion.value, opportunity=opportunity.value, engagement=engagement.value))

    expected = [QuoteLine(ONCE, once, VALUE, VALUE * once)]
    if yearly:
        expected.append(QuoteLine(YEARLY, yearly, VALUE, VALUE * yearly))
    assert found == expected


@pytest.mark.parametrize(
    ("amount", "per", "months", "a_year"),
    [
        ("1000", Per.MONTH, 36, "12000.00"),
        ("1000", Per.MONTH, 12, "12000.00"),
        ("1000", Per.MONTH, 6, "6000.00"),
        ("1000", Per.QUARTER, 24, "4000.00"),
        ("1000", Per.QUARTER, 6, "2000.00"),
        ("1000", Per.YEAR, 60, "1000.00"),
        ("1000", Per.YEAR, 1, "83.33"),
        ("0.01", Per.QUARTER, 1, "0.00"),
    ],
)
def test_a_year_is_what_recurs_in_it(amount: str, per: str, months: int, a_year: str) -> None:
    assert rules.a_year_of(Decimal(amount), per, months) == Decimal(a_year)


def test_managed_base_is_what_recurs_and_not_the_value() -> None:
    found = lines(**asked(motion="managed", recurring=Recurring(Decimal(2000), "month", 36)))

    assert [(line.what, line.base, line.amount) for line in found] == [
        (ONCE, VALUE, Decimal("17280.00")),
        (YEARLY, Decimal("24000.00"), Decimal("1200.00")),
    ]


@pytest.mark.parametrize(
    ("currency", "value", "amount"),
    [("EUR", "10.13", "2.03"), ("JPY", "1013", "203.00"), ("JPY", "1002", "200.00"), ("USD", "0.02", "0.00")],
)
def test_amounts_end_at_the_smallest_coin_of_the_currency(currency: str, value: str, amount: str) -> None:
    found = lines(**asked(currency=currency, value=Decimal(value)))

    assert [line.amount for line in found] == [Decimal(amount)]


def test_quote_shows_every_part_and_marks_the_chosen_one() -> None:
    found = quote(**asked(motion="managed", engagement="shared"))

    assert [(row.engagement, row.label, row.total, row.is_chosen) for row in found.rows] == [
        ("assisted", "Assisted", Decimal("7776.00"), False),
        ("shared", "Shared", Decimal("14688.00"), True),
        ("independent", "Independent", Decimal("21600.00"), False),
    ]
    assert found.chosen is found.rows[1]


@pytest.mark.parametrize("motion", ["referral", "influence"])
def test_flat_motion_has_one_row_whatever_the_part(motion: str) -> None:
    found = quote(**asked(motion=motion, engagement=""))

    assert [(row.engagement, row.is_chosen, row.yearly) for row in found.rows] == [("", True, None)]


def test_nothing_is_earned_of_an_unknown_value() -> None:
    found = quote(**asked(value=None, motion="managed"))

    assert [(row.earns, row.total) for row in found.rows] == [(None, None)] * 3


@given(st.decimals(Decimal("0.01"), Decimal(10**9), places=2), st.sampled_from(CELLS))
def test_earnings_never_exceed_what_they_are_reckoned_of(value: Decimal, cell: Any) -> None:
    for line in lines(**asked(value=value, motion=cell[0], opportunity=cell[1], engagement=cell[2])):
        assert line.base == value
        assert line.amount is not None
        assert Decimal(0) <= line.amount <= value


def test_plan_fits_on_the_page_of_rules() -> None:
    texts = {clause.number: clause.text for clause in clauses(RULES)}

    for rate in ("4 %", "12 %", "20 %", "10 %", "3 %", "50 %", "5 %"):
        assert rate in texts["5.1"]
    assert "30 days later" in texts["5.2"]
