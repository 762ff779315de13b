"""Where sums of several currencies stand, one figure stands beside them, with the age of its rates."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from deals.registrations.selectors import worth_of
from deals.rulebook import SCHEMA, DealRules
from deals.uplift.selectors import figures as uplift_figures
from deals.uplift.selectors import last_day
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.currencies import Money
from prm.ledger import papers
from prm.ledger.models import Entry
from prm.ledger.rules import month_before
from prm.ledger.selectors import balances, figures, statement
from prm.metrics.registry import Period
from prm.policy.models import PolicyVersion
from prm.rates.rules import Converted, Together
from prm.rates.shown import about
from tests.deals.direct.test_uplift import present, won
from tests.deals.portal.reading import main
from tests.deals.test_api import Caller
from tests.deals.test_earning import won as won_deal
from tests.factories import Cast, make_draft, make_registration
from tests.ledger.test_pages import browser
from tests.payments.paying import payable
from tests.rates.knowing import know, know_today


def today() -> date:
    return database_now().date()


def figure(amount: str, on: date, *left_out: str) -> Together:
    return Together(Money(Decimal(amount), "EUR"), on, left_out)


@pytest.fixture
def earned(cast: Cast) -> None:
    """Of Helix: euros, dollars with a rate, and francs without one."""
    payable(cast.helix.organisation, "50.00")
    payable(cast.helix.organisation, "100.00", "dollars", currency="USD")
    payable(cast.helix.organisation, "20.00", "francs", currency="CHF")
    know_today(cast, USD="0.9")


def test_balances_stay_apart_and_come_to_one_figure(cast: Cast, earned: None, django_assert_num_queries: Any) -> None:
    on = today()
    rows = balances(Entry.objects.all(), on)
    with django_assert_num_queries(1):
        found = figures(rows, on)
    page = main(browser(cast.helix.admin).get("/earnings/"))
    told = Caller(cast.helix.admin).get("earnings/balances").json()

    both = figure("140.00", today(), "CHF")
    assert found == {"earned": both, "waiting": None, "payable": both, "paid": None}
    assert [f"Earned, {code}" in page for code in ("EUR", "USD", "CHF")] == [True] * 3
    assert page.count("Together about €140, rates of") == 2
    assert page.count("; without CHF, for which there is no rate.") == 2
    assert {row["currency"]: row["earned"] for row in told["results"]} == {
        "EUR": "50.00",
        "USD": "100.00",
        "CHF": "20.00",
    }
    shown = {
        "money": {"amount": "140.00", "currency": "EUR"},
        "oldest": today().isoformat(),
        "left_out": ["CHF"],
    }
    assert told["together"] == {"earned": shown, "waiting": None, "payable": shown, "paid": None}


def test_one_currency_alone_has_no_second_figure(cast: Cast, django_assert_num_queries: Any) -> None:
    payable(cast.helix.organisation, "100.00", "dollars", currency="USD")
    know_today(cast, USD="0.9")
    on = today()
    rows = balances(Entry.objects.all(), on)
    with django_assert_num_queries(0):
        found = figures(rows, on)
    page = main(browser(cast.helix.admin).get("/earnings/"))

    assert set(found.values()) == {None}
    assert "ogether" not in page


def test_statement_says_what_its_balances_come_to(cast: Cast, earned: None, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry.objects.earliest("pk")
    month, mine = entry.booked_on.replace(day=1), cast.helix.organisation
    made = statement(mine, month, today())
    url = f"/earnings/{mine.public_id}/?month={month:%Y-%m}"
    page = main(browser(cast.helix.admin).get(url))
    told = Caller(cast.helix.admin).get(f"earnings/statements/{mine.public_id}?month={month:%Y-%m}").json()
    earlier = statement(mine, month_before(month), today())
    printed: list[dict[str, Any]] = []
    monkeypatch.setattr(papers.json, "dumps", lambda data: printed.append(data) or json.JSONEncoder().encode(data))
    paper = papers.statement_pdf(made)

    on = min((month + timedelta(days=31)).replace(day=1) - timedelta(days=1), today())
    if on == today():
        assert made.together == figure("140.00", today(), "CHF")
        assert "Together about €140, rates of" in page
        assert told["together"]["money"] == {"amount": "140.00", "currency": "EUR"}
        assert printed[0]["together"].startswith("Together about €140, rates of")
    assert paper[:5] == b"%PDF-"
    assert earlier.together is None


def test_statement_of_a_month_that_is_over_takes_the_rates_of_its_last_day(cast: Cast) -> None:
    """What is known later changes nothing about it."""
    payable(cast.helix.organisation, "50.00")
    payable(cast.helix.organisation, "100.00", "dollars", currency="USD")
    month = Entry.objects.earliest("pk").booked_on.replace(day=1)
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    know(cast, value="0.8", on=(month - timedelta(days=3)).isoformat())
    know_today(cast, USD="0.9")

    over = statement(cast.helix.organisation, month, last + timedelta(days=400))
    assert over.is_final
    assert over.together in {
        figure("140.00", today()),
        figure("130.00", month - timedelta(days=3)),
    }


def test_uplift_of_several_currencies_is_one_figure_for_each_column(cast: Cast) -> None:
    won(cast, cast.seller, "1000")
    won(cast, cast.seller, "9000", currency="USD")
    won(cast, cast.seller, "70", currency="CHF", partner=False)
    know_today(cast, USD="0.9", CHF="1.05")
    page = main(browser(cast.seller).get("/direct/uplift/"))
    told = Caller(cast.seller).get("direct/uplift").json()
    nothing = uplift_figures([], present(), today())

    assert "Won with a partner: Together about €9,100, rates of" in page
    assert "Won without one" not in page
    assert "Uplift: Together about €182, rates of" in page
    assert told["together"] == {
        "value_with": {"money": {"amount": "9100.00", "currency": "EUR"}, "oldest": f"{today()}", "left_out": []},
        "value_without": None,
        "earned": {"money": {"amount": "182.00", "currency": "EUR"}, "oldest": f"{today()}", "left_out": []},
    }
    assert nothing == {"value_with": None, "value_without": None, "earned": None}
    assert last_day(Period.parse("2026Q4")) == date(2026, 12, 31)


def home(user: User) -> str:
    client = Client()
    client.force_login(user)
    return main(client.get("/", follow=True))


def test_home_pages_say_what_the_pipeline_comes_to(cast: Cast) -> None:
    product = cast.products["fleet-cloud"]
    make_registration(cast.helix, product, value=Decimal("86400.00"), currency="EUR")
    make_registration(cast.helix, product, value=Decimal("2000.00"), currency="USD", customer_name="Borea Shipping")
    without = home(cast.helix.admin)
    know_today(cast, USD="0.9")
    own, programme = home(cast.helix.admin), home(cast.executive)
    of_partner = main(browser(cast.pam).get(f"/partners/{cast.helix.organisation.public_id}/"))

    assert "Cannot be added up: there is no rate of the last 40 days for USD." in without
    for page in (own, programme, of_partner):
        assert page.count("Together about €88,200, rates of") == 1
        assert "US$2,000" in page


def test_value_of_a_deal_in_another_currency_is_told_beside_it(cast: Cast, django_assert_num_queries: Any) -> None:
    product = cast.products["fleet-cloud"]
    dollars = make_registration(cast.helix, product, value=Decimal("2000.00"), currency="USD")
    francs = make_registration(cast.helix, product, value=Decimal("500.00"), currency="CHF", customer_name="Borea")
    euros = make_registration(cast.helix, product, customer_name="Cassini Freight")
    know_today(cast, USD="0.9")
    on, draft = today(), make_draft(cast.helix, value=None, customer_name="Draco")
    with django_assert_num_queries(1):
        found = worth_of([dollars, francs, euros, draft], on)
    with django_assert_num_queries(0):
        none = worth_of([euros, draft], on)
    pages = [browser(cast.pam).get("/deals/"), browser(cast.helix.rep).get("/deals/")]
    pages += [browser(user).get(dollars.get_absolute_url()) for user in (cast.pam, cast.helix.rep)]
    of_francs = main(browser(cast.pam).get(francs.get_absolute_url()))

    assert {money.currency: told.money for money, told in found.items()} == {"USD": Money(Decimal("1800.00"), "EUR")}
    assert none == {}
    assert [main(page).count("about €1,800, rate of") for page in pages] == [1] * 4
    assert "about €" not in of_francs


def test_same_currency_is_worth_itself_without_a_day() -> None:
    own = Converted(Money(Decimal(5), "EUR"), Decimal(1), None)

    assert about(own) == "about €5"


def test_rebates_of_several_currencies_are_one_figure(cast: Cast) -> None:
    offered = {"volume_rebate": {"period": "year", "steps": ["EUR 100 2", "USD 100 4"]}}
    values = DealRules().model_dump(mode="json") | offered
    PolicyVersion.objects.filter(schema=SCHEMA, number=1).update(values=values)
    won_deal(cast.orbit, "1000.00")
    one = main(browser(cast.orbit.admin).get("/earnings/"))
    won_deal(cast.orbit, "2000.00", currency="USD")
    know_today(cast, USD="0.9")
    two = main(browser(cast.orbit.admin).get("/earnings/"))

    assert "ogether" not in one
    assert "Rebate so far: Together about €92, rates of" in two
