"""Leads and offers as files: each cell, for each side."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from deals.leads import answers, offering
from deals.leads.listing import LISTING, OFFERS
from deals.leads.metrics import lead_acceptance
from deals.leads.models import LeadOffer
from prm.accounts.models import User
from prm.metrics.registry import Period
from prm.portal.listings import Listing
from tests.deals.leads.asking import MONDAY, WEDNESDAY
from tests.factories import Cast, make_lead, offer_to

HOUR = timedelta(hours=1)
QUARTER = Period.parse("2026Q4")


def rows(listing: Listing, reader: User, query: str = "") -> list[dict[str, Any]]:
    found = listing.cells(listing.found(reader, QueryDict(query)), reader)
    return [dict(zip(listing.header, row, strict=True)) for row in found]


def test_cells_of_a_lead(cast: Cast) -> None:
    make_lead(cast.pam, customer_name="Dockwerk", competency="docks", external_id="crm-4", now=MONDAY)
    offer = offer_to(
        cast.helix, cast.pam, now=MONDAY + HOUR, customer_name="Kaiwerk", customer_city="Kiel", value=9, currency="EUR"
    )
    answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY + HOUR)
    deal = answers.register_lead(offer=offer, by=cast.helix.rep, now=MONDAY + HOUR)

    taken, back = rows(LISTING, cast.pam)

    assert {name: taken[name] for name in ("Customer", "City", "State", "Partner", "Value", "Currency")} == {
        "Customer": "Kaiwerk",
        "City": "Kiel",
        "State": "Accepted",
        "Partner": "Helix Systems",
        "Value": 9,
        "Currency": "EUR",
    }
    assert (taken["Registration"], taken["Source"], taken["Entered by"]) == (deal.reference, "Campaign", str(cast.pam))
    assert (back["Customer"], back["Own CRM id"], back["Wanted competency"]) == ("Dockwerk", "crm-4", "docks")
    assert (back["State"], back["Partner"], back["Registration"], back["Value"]) == ("Back with us", "", "", None)


def test_cells_of_an_offer_are_the_partners_own(cast: Cast) -> None:
    lead = make_lead(cast.pam, customer_name="Kaiwerk", now=MONDAY)
    first = lead.offers.get()
    one, other = (cast.helix, cast.orbit) if first.partner == cast.helix.partner else (cast.orbit, cast.helix)
    answers.decline(offer=first, reason="other", text="Too far.", by=one.rep, now=MONDAY + HOUR)

    (mine,), (theirs,) = rows(OFFERS, one.admin), rows(OFFERS, other.admin)

    assert (mine["Answer"], mine["Reason"], mine["In words"]) == ("Declined", "Another reason", "Too far.")
    assert (theirs["Answer"], theirs["Reason"], theirs["In words"]) == ("To be answered", "", "")
    assert {mine["Partner"], theirs["Partner"]} == {"Helix Systems", "Orbit Solutions"}
    assert [row["Answer"] for row in rows(OFFERS, cast.pam)] == ["To be answered", "Declined"]
    assert rows(OFFERS, cast.pam, "state=declined") == [rows(OFFERS, one.admin)[0]]
    assert rows(OFFERS, cast.finance) == []


def test_figure_by_partner_and_quarter(cast: Cast) -> None:
    """Of five: one taken after two hours, one declined after four, one lapsed, one taken back, one open."""
    helix = cast.helix.organisation.pk
    answered = [offer_to(cast.helix, cast.pam, now=MONDAY) for _ in range(2)]
    answers.accept(offer=answered[0], by=cast.helix.rep, now=MONDAY + 2 * HOUR)
    answers.decline(offer=answered[1], reason="known", by=cast.helix.rep, now=MONDAY + 4 * HOUR)
    offer_to(cast.helix, cast.pam, now=MONDAY)
    offering.offers_due(now=WEDNESDAY)
    back = offer_to(cast.helix, cast.pam, now=WEDNESDAY)
    LeadOffer.objects.filter(pk=back.pk).update(state="withdrawn", answered_at=WEDNESDAY, remind_at=None)
    offer_to(cast.helix, cast.pam, now=WEDNESDAY)

    assert lead_acceptance(None, QUARTER) == {helix: Decimal("0.3333")}
    assert lead_acceptance([cast.orbit.organisation.pk], QUARTER) == {}
    assert lead_acceptance(None, Period.parse("2026Q3")) == {}
    assert list(lead_acceptance([helix], QUARTER)) == [helix]
