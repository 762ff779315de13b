"""The ledger over the API: what it takes, what it refuses, and what it never tells."""

from typing import Any

import pytest

from prm.ledger.models import Entry
from tests.deals.test_api import Caller
from tests.deals.test_earning import taken, won
from tests.factories import Cast
from tests.payments.paying import payable

SHAPE = {
    "id",
    "kind",
    "partner",
    "subject",
    "label",
    "amount",
    "currency",
    "rate",
    "base",
    "earned_on",
    "booked_on",
    "payable_from",
    "paid",
    "reverses",
}


def results(caller: Caller, query: str) -> list[dict[str, Any]]:
    answer = caller.get(f"earnings?{query}")
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_entry_says_how_it_was_reckoned(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix), "8640.00")
    by_kind = {row["kind"]: row for row in results(Caller(cast.helix.admin), "")}
    once, reversal = by_kind["once"], by_kind["reversal"]

    assert set(once) == set(reversal) == SHAPE
    assert (once["rate"], once["base"], once["amount"]) == ("0.200000", "86400.00", "17280.00")
    assert (once["partner"], once["subject"]) == (cast.helix.organisation.public_id, deal.public_id)
    assert (reversal["rate"], reversal["base"], reversal["reverses"]) == (None, None, once["id"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 4),
        ("kind=once", 3),
        ("kind=reversal", 1),
        ("kind=payout", 0),
        ("currency=EUR", 3),
        ("currency=USD", 1),
        ("currency=XXX", 0),
        ("booked_from=2020-01-01", 4),
        ("booked_from=2090-01-01", 0),
        ("booked_until=2020-01-01", 0),
        ("booked_until=2090-01-01", 4),
        ("deal=deal_nothing", 0),
        ("partner=org_nothing", 0),
        ("kind=once&currency=USD", 1),
        ("page_size=2", 2),
    ],
)
def test_list_is_narrowed_by_what_is_asked(cast: Cast, query: str, found: int) -> None:
    taken(cast, won(cast.helix), "8640.00")
    payable(cast.helix.organisation, "10.00", "a")
    payable(cast.helix.organisation, "10.00", "b", "USD")
    payable(cast.orbit.organisation, "99.00", "c")

    assert len(results(Caller(cast.helix.admin), query)) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=theft", "kind"),
        ("booked_from=yesterday", "booked_from"),
        ("booked_until=2026-13-01", "booked_until"),
        ("currency=EURO", "currency"),
        ("surprise=1", "surprise"),
        ("kind=once&kind=payout", "kind"),
        ("page_size=0", "page_size"),
        ("cursor=x", "cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_name(cast: Cast, query: str, field: str) -> None:
    answer = Caller(cast.helix.admin).get(f"earnings?{query}")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_pages_of_the_list_hold_every_entry_once(cast: Cast) -> None:
    for number in range(7):
        payable(cast.helix.organisation, f"{number + 1}.00", f"c{number}")
    caller = Caller(cast.helix.admin)
    first = caller.get("earnings?page_size=3").json()
    seen, url = [row["id"] for row in first["results"]], first["next"]
    while url:
        page = caller.get(url.partition("/api/v1/")[2]).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]

    assert sorted(seen) == sorted(Entry.objects.values_list("public_id", flat=True))


def test_rivals_money_is_never_told(cast: Cast) -> None:
    rival = won(cast.orbit, "12345.00")
    caller = Caller(cast.helix.admin)
    answers = [
        caller.get(f"earnings?deal={rival.public_id}").json()["results"],
        caller.get(f"earnings?partner={cast.orbit.organisation.public_id}").json()["results"],
        caller.get("earnings/balances").json()["results"],
    ]
    theirs = caller.get(f"earnings/statements/{cast.orbit.organisation.public_id}")
    nobodys = caller.get("earnings/statements/org_22222222222222222")

    assert answers == [[], [], []]
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.json()["detail"] == nobodys.json()["detail"]


def test_rep_reads_the_own_deals_and_no_statement(cast: Cast) -> None:
    own = won(cast.helix)
    payable(cast.helix.organisation, "99.00")
    caller = Caller(cast.helix.rep)
    [row] = results(caller, "")
    [balance] = caller.get("earnings/balances").json()["results"]

    assert row["subject"] == own.public_id
    assert balance["earned"] == "17280.00"
    assert caller.get(f"earnings/statements/{cast.helix.organisation.public_id}").status_code == 403


def test_balance_of_what_was_taken_back_is_nothing(cast: Cast) -> None:
    deal = won(cast.helix)
    taken(cast, deal, "86400.00")
    [balance] = Caller(cast.helix.admin).get("earnings/balances").json()["results"]

    assert balance == {"currency": "EUR", "earned": "0.00", "waiting": "0.00", "payable": "0.00", "paid": "0.00"}


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "1999-12", "2100-01", "2026", "now", "2026-1", "", "2026-11-01"]
)
def test_month_that_is_none_is_refused_at_its_name(cast: Cast, month: str) -> None:
    answer = Caller(cast.helix.admin).get(f"earnings/statements/{cast.helix.organisation.public_id}?month={month}")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["month"])


def test_statement_of_a_month_without_entries_is_empty_and_final(cast: Cast) -> None:
    url = f"earnings/statements/{cast.helix.organisation.public_id}?month=2020-02"
    answer = Caller(cast.helix.admin).get(url).json()

    assert answer == {
        "partner": cast.helix.organisation.public_id,
        "month": "2020-02",
        "final": True,
        "totals": [],
        "together": None,
        "entries": [],
    }


def test_refund_names_the_field_that_it_cannot_take(cast: Cast) -> None:
    deal, caller = won(cast.helix), Caller(cast.finance)
    euros = {"amount": "10.00", "currency": "EUR"}
    bodies: list[tuple[dict[str, Any], int, list[str]]] = [
        ({}, 400, ["amount", "reason"]),
        ({"amount": euros}, 400, ["reason"]),
        ({"reason": "x"}, 400, ["amount"]),
        ({"amount": "10.00", "reason": "x"}, 400, ["amount"]),
        ({"amount": {**euros, "amount": "0"}, "reason": "x"}, 400, ["amount.amount"]),
        ({"amount": {**euros, "amount": "-1"}, "reason": "x"}, 400, ["amount.amount"]),
        ({"amount": {**euros, "amount": "0.001"}, "reason": "x"}, 400, ["amount.amount"]),
        ({"amount": {**euros, "currency": "EURO"}, "reason": "x"}, 400, ["amount.currency"]),
        ({"amount": {**euros, "currency": "USD"}, "reason": "x"}, 400, ["amount"]),
        ({"amount": euros, "reason": "x" * 301}, 400, ["reason"]),
        ({"amount": euros, "reason": ""}, 400, ["reason"]),
        ({"amount": euros, "reason": "x", "surprise": 1}, 400, ["surprise"]),
        ({"amount": {**euros, "amount": "86400.01"}, "reason": "x"}, 409, []),
    ]
    found = []
    for body, _status, _fields in bodies:
        answer = caller.post(f"deals/{deal.public_id}/refund", body)
        found.append((answer.status_code, sorted(answer.json().get("errors", {}))))

    assert found == [(status, fields) for _body, status, fields in bodies]
    assert not deal.refunds.exists()
