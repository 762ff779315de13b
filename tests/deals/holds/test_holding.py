"""A held price from the approval to its end: in the terms, on the page, for renewals, and told of before it ends."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from deals.decisions import actions as decisions
from deals.holds.actions import remind_holds
from deals.holds.models import PriceHold
from deals.products.models import ProductLine
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA, DealRules
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.policy.models import PolicyVersion
from tests.deals.test_api import Caller
from tests.factories import Cast, Team, make_approved, make_registration


@pytest.fixture(autouse=True)
def holding(cast: Cast) -> None:
    values = DealRules().model_dump(mode="json") | {"price_hold": {"months_msp": 12, "months_mssp": 0, "products": []}}
    PolicyVersion.objects.filter(schema=SCHEMA, number=1).update(values=values)


def priced(product: ProductLine, price: str) -> ProductLine:
    product.list_price = Decimal(price)
    product.save(update_fields=["list_price"])
    return product


def again(cast: Cast, team: Team, before: Registration, product: ProductLine, opportunity: str) -> Registration:
    """Another registration of the same customer, approved for its account."""
    assert before.account is not None
    asked = make_registration(team, product, customer_name=before.customer_name, opportunity=opportunity)
    account = before.account.public_id
    return decisions.approve(registration=asked, account=account, by=cast.pam, now=database_now())


def prices(deal: Registration) -> list[str]:
    return [hold["price"]["amount"] for hold in deal.terms.get("holds", [])]


def test_approval_holds_the_list_price_and_says_so(cast: Cast) -> None:
    product = priced(cast.products["fleet-cloud"], "120.00")
    deal = make_approved(cast.helix, product)
    hold = PriceHold.objects.get()
    told = Caller(cast.helix.rep).get(f"deals/{deal.public_id}").json()["terms"]["holds"]
    client = Client()
    client.force_login(cast.helix.rep)
    page = client.get(f"/deals/{deal.public_id}/").content.decode()

    assert (hold.registration, hold.product, hold.price) == (deal, product, Decimal("120.00"))
    assert 364 <= (hold.until - database_now()).days <= 366
    assert told == [
        {
            "product": "fleet-cloud",
            "price": {"amount": "120.00", "currency": product.currency},
            "until": hold.until.isoformat(),
        }
    ]
    assert "Held prices" in page
    assert str(hold.held.price.to_integral()) in page


def test_price_that_rises_later_is_not_the_customers(cast: Cast) -> None:
    product = priced(cast.products["fleet-cloud"], "120.00")
    deal = make_approved(cast.helix, product)
    Registration.objects.filter(pk=deal.pk).update(state="expired", ended_at=database_now())
    deal.protections.all().release(database_now())
    priced(product, "150.00")
    renewed = again(cast, cast.helix, deal, product, "renewal")

    assert prices(renewed) == ["120.00"]
    assert PriceHold.objects.get(registration=renewed).until == PriceHold.objects.get(registration=deal).until


def test_hold_that_is_over_is_not_used(cast: Cast) -> None:
    product = priced(cast.products["fleet-cloud"], "120.00")
    deal = make_approved(cast.helix, product)
    Registration.objects.filter(pk=deal.pk).update(state="expired", ended_at=database_now())
    deal.protections.all().release(database_now())
    past = database_now() - timedelta(days=1)
    PriceHold.objects.update(since=past - timedelta(days=9), until=past)
    priced(product, "150.00")

    assert prices(again(cast, cast.helix, deal, product, "renewal")) == ["150.00"]


def test_hold_of_a_rival_is_nobody_elses(cast: Cast) -> None:
    product = priced(cast.products["fleet-cloud"], "120.00")
    deal = make_approved(cast.helix, product)
    Registration.objects.filter(pk=deal.pk).update(state="expired", ended_at=database_now())
    deal.protections.all().release(database_now())
    renewed = again(cast, cast.orbit, deal, product, "renewal")

    assert prices(renewed) == []
    assert PriceHold.objects.count() == 1


def test_only_approved_products_are_held(cast: Cast) -> None:
    products = list(cast.products.values())
    asked = make_registration(cast.helix, *products)
    deal = decisions.approve(registration=asked, products=products[:1], by=cast.pam, now=database_now())

    assert [hold["product"] for hold in deal.terms["holds"]] == [products[0].slug]


def test_resellers_hold_no_prices_and_terms_stay_as_they_were(cast: Cast) -> None:
    deal = make_approved(cast.orbit, cast.products["fleet-cloud"])

    assert "holds" not in deal.terms
    assert not PriceHold.objects.exists()


@pytest.mark.parametrize(("before", "told"), [(31, 0), (30, 1), (1, 1), (0, 0), (-1, 0)])
def test_end_is_told_thirty_days_before_and_once(cast: Cast, before: int, told: int) -> None:
    make_approved(cast.helix, cast.products["fleet-cloud"])
    hold = PriceHold.objects.get()
    now = hold.until - timedelta(days=before)
    counts = [remind_holds(now=now), remind_holds(now=now)]

    assert counts == [told, 0]
    assert [notice.user for notice in Notice.objects.filter(kind="deal.price_hold_ending")] == [cast.helix.rep] * told
    assert Event.objects.filter(kind="deal.price_hold_ending").count() == told


def test_card_and_quote_say_how_long(cast: Cast) -> None:
    client = Client()
    body = {"value": {"amount": "100.00", "currency": "EUR"}, "motion": "managed", "engagement": "shared"}
    asked = "/deals/earnings/?value=100000&currency=EUR&motion=managed&engagement=shared"
    cards = {}
    for name, user in (("helix", cast.helix.rep), ("orbit", cast.orbit.rep)):
        client.force_login(user)
        cards[name] = client.get(asked).content.decode()
    quoted = [Caller(user).post("deals/quote", body).json() for user in (cast.helix.rep, cast.orbit.rep)]

    assert "List prices are held for 12 months" in cards["helix"]
    assert "List prices are held" not in cards["orbit"]
    assert [row["price_hold_months"] for row in quoted] == [12, 0]


def test_database_keeps_one_hold_for_a_product(cast: Cast) -> None:
    make_approved(cast.helix, cast.products["fleet-cloud"])
    hold = PriceHold.objects.get()
    hold.pk, hold.public_id = None, "hld_other"

    with pytest.raises(IntegrityError), transaction.atomic():
        hold.save(force_insert=True)
