"""What sellers earn more with partners, by seller, quarter and currency, and who reads whose."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from deals.direct.actions import attach_partner, close_opportunity
from deals.uplift.selectors import by_seller, quarters
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.metrics.registry import Period
from prm.portal.formats import money
from tests.deals.direct.selling import opportunity, today
from tests.factories import Cast, make_account, make_token


def won(cast: Cast, by: User, value: str, *, currency: str = "EUR", partner: bool = True, stage: str = "won") -> None:
    now = database_now()
    made = opportunity(make_account(), by, value=Decimal(value), currency=currency)
    if partner:
        attach_partner(opportunity=made, partner=cast.orbit.partner, by=by, now=now)
    close_opportunity(opportunity=made, stage=stage, closed_on=today(), by=by, now=now)


def present() -> Period:
    return Period.parse(quarters(today())[0])


def figures(reader: User, period: Period) -> list[tuple[Any, ...]]:
    names = ("seller__name", "currency", "deals_with", "value_with", "deals_without", "value_without", "earned")
    return [tuple(row[name] for name in names) for row in by_seller(reader, period)]


@pytest.fixture
def wins(cast: Cast) -> None:
    won(cast, cast.seller, "1000")
    won(cast, cast.seller, "500")
    won(cast, cast.seller, "70", partner=False)
    won(cast, cast.seller, "9000", currency="USD")
    won(cast, cast.seller, "4000", stage="lost")
    won(cast, cast.admin, "200")


def test_deals_are_counted_by_seller_and_currency(cast: Cast, wins: None) -> None:
    name = cast.seller.name
    own = [(name, "EUR", 2, 1500, 1, 70, Decimal("30.00")), (name, "USD", 1, 9000, 0, 0, Decimal("180.00"))]
    others = [(cast.admin.name, "EUR", 1, 200, 0, 0, Decimal("4.00"))]

    assert figures(cast.seller, present()) == own
    assert figures(cast.finance, present()) == sorted([*others, *own])
    assert figures(cast.finance, Period.parse(quarters(today())[1])) == []
    for reader in (cast.pam, cast.expert, cast.helix.admin):
        assert figures(reader, present()) == []


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 24), "2026Q4", "2025Q1"),
        (date(2026, 1, 1), "2026Q1", "2024Q2"),
        (date(2026, 6, 30), "2026Q2", "2024Q3"),
    ],
)
def test_two_years_of_quarters_are_offered(day: date, first: str, last: str) -> None:
    offered = quarters(day)

    assert (offered[0], offered[-1], len(set(offered))) == (first, last, 8)


def test_page_file_and_api_say_the_same(cast: Cast, wins: None) -> None:
    browser = Client()
    browser.force_login(cast.seller)
    page = browser.get("/direct/uplift/").text
    lines = b"".join(browser.get("/direct/uplift/export/")).decode().splitlines()
    api = Client(headers={"authorization": f"Bearer {make_token(cast.seller)}"}).get("/api/v1/direct/uplift").json()

    for amount, currency in ((30, "EUR"), (180, "USD")):
        assert money(Decimal(amount), currency) in page
    assert cast.admin.name not in page
    assert [line.rpartition(",")[2] for line in lines[1:]] == ["30.00", "180.00"]
    assert api["period"] == present().label
    assert [row["earned"] for row in api["rows"]] == [
        {"amount": "30.00", "currency": "EUR"},
        {"amount": "180.00", "currency": "USD"},
    ]
    before = quarters(today())[1]
    assert "Nothing was won" in browser.get(f"/direct/uplift/?period={before}").text
    assert browser.get("/direct/uplift/?period=1999Q1").status_code == 404
