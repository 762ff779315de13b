"""Paying over the API: the whole way, each step once, and what is never told."""

from typing import Any

import pytest

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from prm.payments import actions
from prm.payments.models import Payee, PaymentRun
from tests.deals.test_api import Caller
from tests.factories import Cast, make_user
from tests.payments.paying import IBAN, payable, prepared, tomorrow, with_account
from tests.rates.knowing import know_today


@pytest.fixture(autouse=True)
def payer(settings: Any) -> None:
    settings.PRM_PAYER_NAME, settings.PRM_PAYER_IBAN, settings.PRM_PAYER_BIC = "Northwind", "DE89370400440532013000", ""


@pytest.fixture
def finance(cast: Cast) -> Caller:
    return Caller(cast.finance)


@pytest.fixture
def treasurer(cast: Cast) -> User:
    return make_user("treasury@vendor.example", cast.vendor, "finance")


def body(currency: str = "EUR") -> dict[str, str]:
    return {"currency": currency, "due_on": tomorrow().isoformat()}


def test_run_goes_its_whole_way(cast: Cast, finance: Caller, treasurer: User) -> None:
    with_account(cast.helix, cast.finance)
    payable(cast.helix.organisation, "12000.00")
    made = finance.post("payments/runs", body())
    path = f"payments/runs/{made.json()['id']}"
    own = finance.post(f"{path}/approve")
    approved = Caller(treasurer).post(f"{path}/approve").json()
    early = finance.get(f"{path}/file")
    submitted = finance.post(f"{path}/submit").json()
    [payment] = submitted["payments"]
    file = finance.get(f"{path}/file")
    table = finance.get(f"{path}/file?kind=csv")
    result = {"results": [{"payment": payment["id"], "result": "paid"}]}
    closed = finance.post(f"{path}/results", result).json()

    assert (made.status_code, made["Location"]) == (201, f"/api/v1/{path}")
    assert (made.json()["state"], made.json()["total"], made.json()["needs_second"]) == ("draft", "12000.00", True)
    assert (own.status_code, early.status_code) == (403, 404)
    assert (approved["state"], submitted["state"], closed["state"]) == ("approved", "exported", "closed")
    assert (payment["holder"], payment["last_four"], payment["state"]) == ("Helix Systems GmbH", IBAN[-4:], "waiting")
    assert file["Content-Type"] == "application/xml"
    assert payment["id"].encode() in file.content
    assert IBAN.encode() in file.content
    assert table["Content-Type"].startswith("text/csv")
    assert IBAN in table.content.decode()
    assert closed["payments"][0]["state"] == "paid"
    assert Entry.objects.filter(kind="payout").count() == 1


@pytest.mark.parametrize("verb", ["approve", "submit", "discard"])
def test_verb_is_done_once_whatever_comes_twice(cast: Cast, finance: Caller, verb: str) -> None:
    run = prepared(cast, "50.00")
    if verb == "submit":
        finance.post(f"payments/runs/{run.public_id}/approve")
    path = f"payments/runs/{run.public_id}/{verb}"
    first = finance.post(path, **{"Idempotency-Key": "k"})
    again = finance.post(path, **{"Idempotency-Key": "k"})
    other = finance.post(path)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert again.json() == first.json()
    assert other.json()["state"] == first.json()["state"]


def test_run_prepared_twice_with_one_key_is_one(cast: Cast, finance: Caller) -> None:
    with_account(cast.helix, cast.finance)
    payable(cast.helix.organisation, "50.00")
    answers = [finance.post("payments/runs", body(), **{"Idempotency-Key": "run-1"}) for _ in range(2)]
    without = finance.post("payments/runs", body())

    assert [answer.status_code for answer in answers] == [201, 201]
    assert (without.status_code, PaymentRun.objects.count()) == (409, 1)


def test_answer_of_the_bank_comes_twice_and_pays_once(cast: Cast, finance: Caller) -> None:
    run = prepared(cast, "50.00")
    for verb in ("approve", "submit"):
        finance.post(f"payments/runs/{run.public_id}/{verb}")
    said = {"results": [{"payment": run.payments.get().public_id, "result": "paid", "paid_on": "2026-01-02"}]}
    answers = [finance.post(f"payments/runs/{run.public_id}/results", said).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert Entry.objects.filter(kind="payout").count() == 1


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"payment": "pay_unknown", "result": "paid"}, 400),
        ({"payment": "{own}", "result": "perhaps"}, 400),
        ({"payment": "{own}", "result": "paid", "paid_on": "2099-01-01"}, 400),
        ({"payment": "{own}", "result": "paid", "iban": "x"}, 400),
        ({"payment": "{own}"}, 400),
        ({"payment": "{own}", "result": "failed", "reason": "closed"}, 200),
    ],
)
def test_bad_row_of_an_answer_is_refused(cast: Cast, finance: Caller, row: dict[str, str], status: int) -> None:
    run = prepared(cast, "50.00")
    for verb in ("approve", "submit"):
        finance.post(f"payments/runs/{run.public_id}/{verb}")
    filled = {name: text.replace("{own}", run.payments.get().public_id) for name, text in row.items()}
    answer = finance.post(f"payments/runs/{run.public_id}/results", {"results": [filled]})

    assert answer.status_code == status
    assert Entry.objects.filter(kind="payout").count() == 0


def test_run_in_another_currency_has_a_table_and_no_sepa_file(cast: Cast, finance: Caller) -> None:
    know_today(cast, USD="0.9")
    run = prepared(cast, "50.00", currency="USD")
    for verb in ("approve", "submit"):
        finance.post(f"payments/runs/{run.public_id}/{verb}")
    path = f"payments/runs/{run.public_id}/file"

    assert finance.get(path)["Content-Type"].startswith("text/csv")
    assert finance.get(f"{path}?kind=xml").status_code == 404
    assert finance.get(f"{path}?kind=pdf").status_code == 400


def test_outlook_says_what_a_run_would_pay_and_who_has_no_account(cast: Cast, finance: Caller) -> None:
    with_account(cast.helix, cast.finance)
    payable(cast.helix.organisation, "50.00")
    payable(cast.orbit.organisation, "25.00")
    payable(cast.helix.organisation, "7000", "yen", currency="JPY")
    know_today(cast, JPY="0.006")

    assert finance.get("payments/outlook").json() == {
        "results": [
            {
                "currency": "EUR",
                "total": "50.00",
                "payments": 1,
                "without_account": [{"partner": cast.orbit.organisation.public_id, "amount": "25.00"}],
            },
            {"currency": "JPY", "total": "7000.00", "payments": 1, "without_account": []},
        ],
        "together": {
            "money": {"amount": "92.00", "currency": "EUR"},
            "oldest": database_now().date().isoformat(),
            "left_out": [],
        },
    }


def test_account_is_given_confirmed_and_never_told_again(cast: Cast, finance: Caller) -> None:
    admin = Caller(cast.helix.admin)
    given = admin.post("payees", {"holder": "Helix Systems GmbH", "iban": "DE02 1203 0000 0000 2020 51"})
    twice = admin.post("payees", {"holder": "Helix Systems GmbH", "iban": IBAN})
    path = f"payees/{given.json()['id']}"
    confirmed = finance.post(f"{path}/confirm")
    again = finance.post(f"{path}/decline")
    read = [admin.get(path), admin.get("payees"), finance.get("payees?state=active"), given, confirmed]

    assert (given.status_code, twice.status_code, again.status_code) == (201, 409, 409)
    assert (given.json()["state"], confirmed.json()["state"]) == ("requested", "active")
    assert [IBAN in answer.content.decode() for answer in read] == [False] * 5
    assert Payee.objects.get().iban == IBAN


@pytest.mark.parametrize("iban", ["", "DE00", "DE02120300000000202052", "x" * 42])
def test_number_that_cannot_be_is_refused(cast: Cast, iban: str) -> None:
    answer = Caller(cast.helix.admin).post("payees", {"holder": "Helix", "iban": iban})

    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"iban"}
    assert not Payee.objects.exists()


def test_account_that_was_replaced_after_the_approval_is_not_paid_to(cast: Cast, finance: Caller) -> None:
    run = prepared(cast, "50.00")
    finance.post(f"payments/runs/{run.public_id}/approve")
    with_account(cast.helix, cast.finance, iban="DE02100500000054540402")
    answer = finance.post(f"payments/runs/{run.public_id}/submit")

    assert (answer.status_code, answer.json()["state"]) == (409, "approved")
    assert "was replaced meanwhile" in answer.json()["detail"]
    assert finance.post(f"payments/runs/{run.public_id}/discard").status_code == 200
    assert actions.prepare_run(currency="EUR", due_on=tomorrow(), by=cast.finance, now=run.created_at).total == 50


def test_statements_are_listed_by_month_and_printed(cast: Cast, finance: Caller) -> None:
    entry = payable(cast.helix.organisation, "50.00")
    payable(cast.orbit.organisation, "25.00")
    admin, mine = Caller(cast.helix.admin), cast.helix.organisation.public_id
    month = f"{entry.booked_on:%Y-%m}"
    shown = admin.get("earnings/statements").json()["results"]
    paper = admin.get(f"earnings/statements/{mine}/pdf?month={month}")

    assert [(row["partner"], row["month"], row["earned"], row["currency"]) for row in shown] == [
        (mine, month, "50.00", "EUR")
    ]
    assert len(finance.get("earnings/statements").json()["results"]) == 2
    assert finance.get("earnings/statements?from=2090-01").json() == {"results": []}
    assert finance.get(f"earnings/statements?partner={mine}").json()["results"] == shown
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert admin.get(f"earnings/statements/{cast.orbit.organisation.public_id}/pdf").status_code == 404
