"""The earnings as their readers find them: each what is theirs, on the screen, as files and over the API."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from deals.earnings.actions import refund
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from tests.deals.portal.reading import main
from tests.deals.test_api import Caller
from tests.deals.test_earning import taken, won
from tests.factories import Cast, make_user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def labels(user: User) -> set[str]:
    return {row.label for row in Entry.objects.visible_to(user)}


@pytest.fixture
def entries(cast: Cast) -> dict[str, str]:
    """Labels: one of the rep of Helix, one of a colleague, one of the rival."""
    colleague = make_user("colleague@helix.example", cast.helix.organisation, "sales_rep")
    deals = {
        "own": won(cast.helix),
        "second": won(cast.helix),
        "colleague": won(cast.helix, by=colleague),
        "orbit": won(cast.orbit),
    }
    return {name: f"{deal.reference} · {deal.customer_name}" for name, deal in deals.items()}


def test_each_reads_what_is_theirs(cast: Cast, entries: dict[str, str]) -> None:
    helix = {entries["own"], entries["second"], entries["colleague"]}
    everything = {*helix, entries["orbit"]}

    assert labels(cast.helix.admin) == helix
    assert labels(cast.helix.rep) == {entries["own"], entries["second"]}
    assert labels(cast.orbit.admin) == {entries["orbit"]}
    assert labels(cast.pam) == labels(cast.finance) == labels(cast.executive) == labels(cast.admin) == everything
    for person in (cast.pam2, cast.seller, cast.expert, cast.helix.engineer, cast.helix.marketing):
        assert labels(person) == set()


def test_page_shows_what_was_earned_and_where_it_stands(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix), "8640.00")
    page = main(browser(cast.helix.admin).get("/earnings/"))

    assert "Earned, EUR €15,552" in page
    assert "Waiting €15,552" in page
    assert f"{deal.reference} · {deal.customer_name} €17,280 -€1,728 €15,552 €0" in page
    assert "20% of €86,400" in page
    assert "Payable from" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "reversal"}, 1),
        ({"kind": "payout"}, 0),
        ({"standing": "waiting"}, 3),
        ({"standing": "payable"}, 0),
        ({"standing": "paid"}, 0),
        ({"q": "nobody of that name"}, 0),
        ({}, 3),
    ],
)
def test_list_is_narrowed(cast: Cast, query: dict[str, str], found: int) -> None:
    taken(cast, won(cast.helix), "8640.00")
    won(cast.helix)
    header, *rows = taken_away(cast.helix.admin, reverse("earnings-export"), **query)

    assert header[0] == "Entry"
    assert len(rows) == found


def taken_away(user: User, url: str, **query: str) -> list[list[str]]:
    response: Any = browser(user).get(url, query)
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))


@pytest.mark.parametrize("query", [{"month": "1999-01"}, {"month": "x"}, {"kind": "theft"}, {"standing": "x"}])
def test_nonsense_in_the_address_is_not_found(cast: Cast, query: dict[str, str]) -> None:
    assert browser(cast.helix.admin).get("/earnings/", query).status_code == 404


def test_statement_is_a_page_a_file_and_a_paper(cast: Cast) -> None:
    deal = won(cast.helix, "12345.67")
    month = f"{Entry.objects.get().booked_on:%Y-%m}"
    url = reverse("statement", args=[cast.helix.organisation.public_id])
    client = browser(cast.helix.admin)
    page = main(client.get(url, {"month": month}))
    rows = taken_away(cast.helix.admin, f"{url}export/", month=month)
    paper = client.get(f"{url}pdf/", {"month": month})

    assert "EUR €0 €2,469.13 €0 €0 €2,469.13" in page
    assert [(row[5], row[8], row[9]) for row in rows[1:]] == [
        (f"{deal.reference} · {deal.customer_name}", "2469.13", "EUR")
    ]
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert paper.content == client.get(f"{url}pdf/", {"month": month}).content
    assert "Nothing was booked in this month" in main(client.get(url, {"month": "2020-01"}))


def test_names_on_paper_are_no_markup(cast: Cast) -> None:
    name = 'Żółć #panic("x") $ * _ [ ] \\ "'
    won(cast.helix, customer_name=name)
    paper = browser(cast.helix.admin).get(f"/earnings/{cast.helix.organisation.public_id}/pdf/")

    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")


def test_statement_of_another_organisation_does_not_exist(cast: Cast) -> None:
    url = reverse("statement", args=[cast.helix.organisation.public_id])
    statuses = {
        name: browser(user).get(url, {"month": "2026-11"}).status_code
        for name, user in {
            "admin": cast.helix.admin,
            "rep": cast.helix.rep,
            "rival": cast.orbit.admin,
            "pam": cast.pam,
            "other pam": cast.pam2,
            "finance": cast.finance,
            "seller": cast.seller,
        }.items()
    }

    assert statuses == {
        "admin": 200,
        "rep": 403,
        "rival": 404,
        "pam": 200,
        "other pam": 404,
        "finance": 200,
        "seller": 403,
    }
    assert browser(cast.helix.admin).get(url, {"month": "2026-13"}).status_code == 404


def test_api_says_the_same(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix), "8640.00")
    caller = Caller(cast.helix.admin)
    listed = caller.get(f"earnings?deal={deal.public_id}").json()["results"]
    balance = caller.get("earnings/balances").json()["results"]
    month = f"{Entry.objects.latest('pk').booked_on:%Y-%m}"
    statement = caller.get(f"earnings/statements/{cast.helix.organisation.public_id}?month={month}").json()

    assert sorted((row["kind"], row["amount"], row["paid"]) for row in listed) == [
        ("once", "17280.00", False),
        ("reversal", "-1728.00", False),
    ]
    assert balance == [
        {"currency": "EUR", "earned": "15552.00", "waiting": "15552.00", "payable": "0.00", "paid": "0.00"}
    ]
    assert statement["totals"] == [
        {
            "currency": "EUR",
            "opening": "0.00",
            "earned": "17280.00",
            "reversed": "-1728.00",
            "paid": "0.00",
            "closing": "15552.00",
        }
    ]
    assert (statement["month"], len(statement["entries"])) == (month, 2)
    wrong = caller.get(f"earnings/statements/{cast.helix.organisation.public_id}?month=11-2026")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["month"])


def test_page_of_a_deal_shows_its_earnings_and_refunds(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix), "8640.00")
    seen_by_partner = main(browser(cast.helix.rep).get(deal.get_absolute_url()))
    seen_by_finance = main(browser(cast.finance).get(deal.get_absolute_url()))

    assert "Earnings €15,552" in seen_by_partner
    assert "€8,640 refunded on" in seen_by_partner
    assert "Record a refund" not in seen_by_partner
    assert "Record a refund" in seen_by_finance


def test_refund_is_recorded_on_its_page_once(cast: Cast) -> None:
    deal = won(cast.helix)
    client = browser(cast.finance)
    url = reverse("deal-refund", args=[deal.public_id])
    assert "Won for €86,400 Left to refund €86,400" in main(client.get(url))
    body = {"amount": "8640", "reason": "Ten vehicles returned.", "form_nonce": "n" * 24}
    first, again = client.post(url, body), client.post(url, body)
    refused = client.post(url, {"amount": "", "reason": ""})
    too_much = client.post(url, {"amount": "86400", "reason": "all of it"})

    assert (first.status_code, again.status_code) == (302, 302)
    assert (refused.status_code, too_much.status_code) == (400, 409)
    assert "At most 77760.00 EUR is left to refund." in main(too_much)
    assert deal.refunds.count() == 1
    deal.refresh_from_db()
    refund(
        registration=deal, amount=deal.won_value - deal.refunded_value, reason="rest", by=cast.pam, now=database_now()
    )  # type: ignore[operator]
    assert client.get(url).status_code == 302
    assert browser(cast.helix.rep).get(url).status_code == 403
    assert browser(cast.orbit.admin).get(url).status_code == 404
