"""How money is written: rates, months, where an entry stands, and what goes onto paper."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from prm.accounts.models import Organisation
from prm.ledger.models import Entry, Settlement
from prm.ledger.papers import _data
from prm.ledger.selectors import Balance, DealSum, Statement, Total
from prm.ledger.shown import standing_of
from prm.ledger.states import EARNED, TONES, Kind
from prm.portal import formats
from prm.portal.templatetags import portal

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        ("0.2", "20%"),
        ("0.20", "20%"),
        ("0.04", "4%"),
        ("0.125", "12.5%"),
        ("0.025", "2.5%"),
        ("0.0333", "3.33%"),
        ("0.00333", "0.33%"),
        ("1", "100%"),
        ("0", "0%"),
    ],
)
def test_rate_keeps_the_decimals_that_it_has(share: str, written: str) -> None:
    assert formats.rate(Decimal(share)) == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en_GB", "12.5%"),
        ("en_US", "12.5%"),
        ("de", "12,5\xa0%"),
        ("de_CH", "12.5%"),
        ("fr", "12,5\u202f%"),
        ("es", "12,5\xa0%"),
        ("it", "12,5%"),
        ("nl", "12,5%"),
        ("sv", "12,5\xa0%"),
        ("pl", "12,5%"),
        ("da", "12,5\xa0%"),
    ],
)
def test_rate_is_written_as_the_reader_writes(locale: str, written: str) -> None:
    with formats.written_for(locale):
        found = formats.rate(Decimal("0.125"))

    # Which blank stands before the sign is the locale's own business.
    assert "".join(found.split()) == "".join(written.split())


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en_GB", "November 2026"),
        ("en_US", "November 2026"),
        ("de", "November 2026"),
        ("fr", "novembre 2026"),
        ("nl", "november 2026"),
        ("sv", "november 2026"),
        ("it", "novembre 2026"),
    ],
)
def test_month_is_written_as_the_reader_writes(locale: str, written: str) -> None:
    with formats.written_for(locale):
        assert formats.month(date(2026, 11, 1)) == written


def test_template_writes_nothing_for_nothing() -> None:
    assert portal.rate(None) == portal.money(None, "EUR") == "–"
    assert portal.rate(Decimal("0.12")) == "12%"
    assert portal.month(date(2026, 1, 1)) == "January 2026"


def entry(**changes: Any) -> Entry:
    return Entry(
        **{
            "kind": Kind.ONCE,
            "amount": Decimal("100.00"),
            "currency": "EUR",
            "label": "DR-1 · Somebody",
            "rate": Decimal("0.2"),
            "base": Decimal("500.00"),
            "booked_on": TODAY,
            "payable_from": TODAY + timedelta(days=30),
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("changes", "said", "tone"),
    [
        ({}, "Payable from Mon 21 Dec", ""),
        ({"payable_from": TODAY + timedelta(days=1)}, "Payable from Sun 22 Nov", ""),
        ({"payable_from": TODAY}, "Can be paid", "good"),
        ({"payable_from": TODAY - timedelta(days=1)}, "Can be paid", "good"),
        ({"kind": Kind.PAYOUT, "payable_from": TODAY}, "Paid", "accent"),
        ({"kind": Kind.REVERSAL, "amount": Decimal(-5), "payable_from": TODAY}, "Can be paid", "good"),
        ({"kind": Kind.REVERSAL, "amount": Decimal(-5)}, "Payable from Mon 21 Dec", ""),
    ],
)
def test_entry_says_where_it_stands(changes: dict[str, Any], said: str, tone: str) -> None:
    assert standing_of(entry(**changes), TODAY) == (said, tone)


def test_settled_entry_is_paid_whatever_its_day() -> None:
    settled = entry()
    settled.settlement = Settlement(entry=settled)

    assert standing_of(settled, TODAY) == ("Paid", "accent")


def test_every_kind_has_its_tone_and_what_is_earned_is_good() -> None:
    assert set(TONES) == set(Kind)
    assert {TONES[kind] for kind in EARNED} == {"good"}
    assert [entry(kind=kind).tone for kind in Kind] == ["good", "good", "good", "good", "bad", "accent"]


@pytest.mark.parametrize(
    ("opening", "earned", "reversed_", "paid", "closing"),
    [
        ("0", "0", "0", "0", "0"),
        ("0", "100", "0", "0", "100"),
        ("50", "100", "-30", "-120", "0"),
        ("-20", "0", "0", "0", "-20"),
        ("0", "0", "-15.50", "0", "-15.50"),
        ("1000.01", "0.02", "-0.01", "-1000.00", "0.02"),
    ],
)
def test_statement_closes_with_what_it_opened_and_what_was_booked(
    opening: str, earned: str, reversed_: str, paid: str, closing: str
) -> None:
    total = Total("EUR", Decimal(opening), Decimal(earned), Decimal(reversed_), Decimal(paid))

    assert total.closing == Decimal(closing)


def test_deal_is_left_with_what_was_not_taken_back() -> None:
    deal = DealSum("deal", "deal_1", "DR-1", "EUR", Decimal(100), Decimal("-25.50"), Decimal(10))

    assert deal.left == Decimal("74.50")


def test_paper_says_what_the_page_says() -> None:
    statement = Statement(
        organisation=Organisation(name="Żółw & Sons"),
        month=date(2026, 11, 1),
        is_final=False,
        sums=[Total("EUR", Decimal(0), Decimal("17280.50"), Decimal("-80.50"), Decimal(-200))],
        entries=[
            entry(amount=Decimal("17280.50"), created_at=datetime(2026, 11, 21, tzinfo=UTC)),
            entry(kind=Kind.PAYOUT, amount=Decimal(-200), label="Payment to ···· 2051", rate=None, base=None),
        ],
    )
    data = _data(statement)

    assert (data["organisation"], data["title"]) == ("Żółw & Sons", "Statement November 2026")
    assert data["note"] == "The month is not over: more may be booked into it."
    assert data["sums"] == [["EUR", "€0", "€17,280.50", "-€80.50", "-€200", "€17,000"]]
    assert data["lines"] == [
        ["21 Nov 2026", "Earned", "DR-1 · Somebody", "20%", "€17,280.50"],
        ["21 Nov 2026", "Paid out", "Payment to ···· 2051", "", "-€200"],
    ]
    assert len(data["headers"]) == len(data["lines"][0])
    assert len(data["sum_headers"]) == len(data["sums"][0])


def test_paper_of_a_month_that_is_over_has_no_note() -> None:
    statement = Statement(Organisation(name="Helix"), date(2026, 10, 1), is_final=True)
    data = _data(statement)

    assert (data["note"], data["lines"], data["sums"]) == ("", [], [])
    assert data["empty"] == "Nothing was booked in this month."


def test_balance_is_where_what_was_earned_stands() -> None:
    balance = Balance("EUR", Decimal(130), Decimal(50), Decimal(-20), Decimal(100))

    assert balance.earned == balance.waiting + balance.payable + balance.paid
    assert str(entry(public_id="ent_1")) == "ent_1 100.00 EUR"
    assert entry(amount=Decimal("-5.00")).without_sign == Decimal("5.00")
