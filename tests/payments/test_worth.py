"""Runs in other currencies are compared with the limit by the rate of the day; without one two people are needed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from prm.clocks.database import database_now
from prm.currencies import Money
from prm.errors import NotAllowed
from prm.payments import actions
from prm.payments.models import PaymentRun
from prm.payments.selectors import Worth, worth_of
from tests.deals.portal.reading import main
from tests.deals.test_api import Caller
from tests.factories import Cast
from tests.ledger.test_pages import browser, taken_away
from tests.payments.paying import payable, prepared, with_account
from tests.rates.knowing import know, know_today


# Currency and amount of the run, what one of it is worth in euros: what the run is worth, and whether two are needed.
@pytest.mark.parametrize(
    ("currency", "amount", "rate", "worth", "needs_second"),
    [
        ("EUR", "10000.00", None, "10000.00", False),
        ("EUR", "10000.01", None, "10000.01", True),
        ("USD", "11000.00", "0.9", "9900.00", False),
        ("USD", "11111.11", "0.9", "10000.00", False),
        ("USD", "11111.12", "0.9", "10000.01", True),
        ("GBP", "9000.00", "1.15", "10350.00", True),
        ("JPY", "1500000", "0.006", "9000.00", False),
        ("JPY", "10.00", None, None, True),
        ("CHF", "50.00", None, None, True),
    ],
)
def test_run_is_compared_with_the_limit_at_the_rate_of_the_day(
    cast: Cast, currency: str, amount: str, rate: str | None, worth: str | None, needs_second: bool
) -> None:
    if rate:
        know_today(cast, **{currency: rate})
    run = prepared(cast, amount, currency=currency)

    assert (run.needs_second, run.reporting) == (needs_second, "EUR")
    assert run.worth == (Decimal(worth) if worth else None)
    assert run.rate == (Decimal(rate or "1") if worth else None)
    assert run.rate_on == (database_now().date() if rate else None)
    assert run.total == Decimal(amount)


def test_run_without_a_rate_is_approved_by_another_person_alone(cast: Cast) -> None:
    run = prepared(cast, "50.00", currency="CHF")
    know_today(cast, CHF="1.05")
    with pytest.raises(NotAllowed, match="second person"):
        actions.approve_run(run=run, by=cast.finance, now=database_now())
    own = main(browser(cast.finance).get(f"/payments/{run.public_id}/"))
    approved = actions.approve_run(run=run, by=cast.admin, now=database_now())

    assert "There was no rate of exchange for CHF to compare this run with the limit" in own
    assert "Worth about no rate of exchange" in own
    assert (approved.state, approved.worth) == ("approved", None)


def test_run_keeps_the_rate_that_it_was_compared_at(cast: Cast) -> None:
    today = database_now().date()
    know(cast, value="0.5", on=(today - timedelta(days=41)).isoformat())
    know(cast, value="1.25", on=(today - timedelta(days=9)).isoformat(), base="EUR", quote="USD")
    run = prepared(cast, "100.00", currency="USD")
    know_today(cast, USD="0.95")
    page = main(browser(cast.finance).get(f"/payments/{run.public_id}/"))
    told = Caller(cast.finance).get(f"payments/runs/{run.public_id}").json()
    header, row = taken_away(cast.finance, "/payments/export/")

    kept = PaymentRun.objects.get()
    assert (kept.worth, kept.rate, kept.rate_on) == (Decimal("80.00"), Decimal("0.8"), today - timedelta(days=9))
    assert "Worth about €80 at 0.8, the rate of" in page
    assert (told["worth"], told["rate"]) == ({"amount": "80.00", "currency": "EUR"}, "0.8000000000")
    assert told["rate_on"] == (today - timedelta(days=9)).isoformat()
    assert header[-4:] == ["Worth", "Worth in", "Rate", "Rate of"]
    assert row[-4:] == ["80.00", "EUR", "0.8000000000", (today - timedelta(days=9)).isoformat()]
    assert "about €80" in main(browser(cast.finance).get("/payments/"))


def test_what_can_be_paid_is_one_figure_beside_the_currencies(cast: Cast) -> None:
    with_account(cast.helix, cast.finance)
    payable(cast.helix.organisation, "50.00")
    client = browser(cast.finance)
    alone = main(client.get("/payments/"))
    payable(cast.helix.organisation, "100.00", "dollars", currency="USD")
    payable(cast.helix.organisation, "20.00", "francs", currency="CHF")
    without = main(client.get("/payments/"))
    know_today(cast, USD="0.9")
    page = main(client.get("/payments/"))

    assert "ogether" not in alone
    assert "Cannot be added up: there is no rate of the last 40 days for CHF, USD." in without
    assert "Together about €140, rates of" in page
    assert "; without CHF, for which there is no rate." in page
    assert [f"Can be paid, {code}" in page for code in ("CHF", "EUR", "USD")] == [True] * 3


def test_worth_of_what_nobody_knows_is_said_and_not_guessed(cast: Cast, django_assert_num_queries: Any) -> None:
    today = database_now().date()
    know_today(cast, USD="0.9")
    with django_assert_num_queries(0):
        own = worth_of(Money(Decimal(5), "EUR"), today)
    with django_assert_num_queries(1):
        dollars = worth_of(Money(Decimal(5), "USD"), today)

    assert own == Worth("EUR", Decimal("5.00"), Decimal(1), None)
    assert dollars == Worth("EUR", Decimal("4.50"), Decimal("0.9"), today)
    assert worth_of(Money(Decimal(5), "USD"), today - timedelta(days=1)) == Worth("EUR")


@pytest.mark.parametrize(
    "changes",
    [
        {"needs_second": False},
        {"worth": 5},
        {"worth": 5, "rate": 1},
        {"worth": -1, "rate": 1, "rate_on": "2026-01-05"},
        {"worth": 5, "rate": -1, "rate_on": "2026-01-05"},
        {"worth": 5, "rate": 1, "rate_on": "2026-01-05", "reporting": ""},
        {"rate_on": "2026-01-05"},
        {"currency": "EUR", "worth": 51, "rate": 1},
    ],
)
def test_database_keeps_worth_and_rate_together(cast: Cast, changes: dict[str, Any]) -> None:
    run = prepared(cast, "50.00", currency="CHF")

    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentRun.objects.filter(pk=run.pk).update(**changes)


def test_run_from_before_there_were_rates_stays_as_it_was(cast: Cast) -> None:
    run = prepared(cast, "50.00", currency="CHF")
    PaymentRun.objects.filter(pk=run.pk).update(reporting="", needs_second=False)
    run.refresh_from_db()
    page = main(browser(cast.finance).get(f"/payments/{run.public_id}/"))

    assert (run.is_foreign, run.worth_money, run.plain_rate) == (False, None, "")
    assert "Worth about" not in page
    assert actions.approve_run(run=run, by=cast.finance, now=database_now()).state == "approved"
