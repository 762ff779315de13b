"""The pages of leads in each state: what they say, and what they offer to do."""

from typing import Any

import pytest

from deals.leads.models import Lead
from tests.deals.leads.asking import MONDAY
from tests.deals.leads.test_states import WAYS
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.reading import main
from tests.factories import Cast, make_lead, offer_to

BUTTONS = {
    "accept": "Accept the lead",
    "decline": "Decline it",
    "report": "Report it",
    "register": "Register from this lead",
    "draft": "To the draft",
    "lose": "Close as lost",
}
# The offer's page, for whoever may act on it.
OFFER_PAGES = {
    "open": ("To be answered", {"accept", "decline"}),
    "declined": ("Declined", set()),
    "lapsed": ("Not answered in time", set()),
    "withdrawn": ("Taken back by us", set()),
    "accepted": ("Accepted", {"report", "register", "lose"}),
    "drafted": ("Accepted", {"report", "draft", "lose"}),
    "converted": ("Registered", set()),
    "lost": ("Lost", set()),
}
STEERING = {"change": "Change", "again": "Offer it again", "withdraw": "Withdraw this lead?"}
# The lead's page, for whoever entered it.
LEAD_PAGES = {
    "offered": ("Offered", {"withdraw"}),
    "returned": ("Back with us", {"change", "again", "withdraw"}),
    "accepted": ("Accepted", set()),
    "converted": ("Registered", set()),
    "lost": ("Lost", set()),
    "withdrawn": ("Withdrawn", set()),
}


@pytest.mark.parametrize("state", OFFER_PAGES)
def test_page_of_an_offer_offers_what_can_be_done(cast: Cast, state: str, login: Any) -> None:  # noqa: F811
    offer = WAYS[state](cast)
    if state in {"open"}:
        offer.lead.offers.update(due_at="2099-01-01T00:00Z")
    said, buttons = OFFER_PAGES[state]

    of_rep = main(login(cast.helix.rep).get(offer.get_absolute_url()))
    of_reader = main(login(cast.helix.marketing).get(offer.get_absolute_url()))

    assert said in of_rep
    assert {name for name, text in BUTTONS.items() if text in of_rep} == buttons
    assert [name for name, text in BUTTONS.items() if text in of_reader] == []


@pytest.mark.parametrize("state", LEAD_PAGES)
def test_page_of_a_lead_offers_what_can_be_done(cast: Cast, state: str, login: Any) -> None:  # noqa: F811
    lead = WAYS[state](cast).lead
    said, buttons = LEAD_PAGES[state]

    of_pam = login(cast.pam).get(lead.get_absolute_url()).text
    of_executive = login(cast.executive).get(lead.get_absolute_url()).text

    assert said in of_pam
    shown = {
        "change": f"{lead.get_absolute_url()}edit/" in of_pam,
        "again": f"{lead.get_absolute_url()}again/" in of_pam,
        "withdraw": f"{lead.get_absolute_url()}withdraw/" in of_pam,
    }
    assert {name for name in STEERING if shown[name]} == buttons
    assert "edit/" not in of_executive
    assert "withdraw/" not in of_executive


def test_offer_that_is_over_and_not_yet_swept_cannot_be_accepted_on_its_page(cast: Cast, login: Any) -> None:  # noqa: F811
    offer = offer_to(cast.helix, cast.pam, now=MONDAY.replace(year=2025))

    page = main(login(cast.helix.rep).get(offer.get_absolute_url()))

    assert "Accept the lead" not in page
    assert "This lead is now" not in page


def test_why_nobody_can_be_asked_is_explained(cast: Cast, login: Any) -> None:  # noqa: F811
    lead = make_lead(cast.pam, competency="docks", model="msp")

    page = main(login(cast.pam).get(lead.get_absolute_url()))

    assert "Helix Systems" in page
    assert "another business model, not the competency" in page
    assert "Nobody yet." in page
    assert "Size, name and revenue play no part." in page


def test_lists_say_what_comes_there_while_they_are_empty(cast: Cast, login: Any) -> None:  # noqa: F811
    assert "Enter a customer whom a partner should look after" in main(login(cast.pam).get("/leads/"))
    assert "as soon as a colleague enters the first one" in main(login(cast.executive).get("/leads/"))
    assert "the offer stands here with the date" in main(login(cast.helix.rep).get("/leads/offers/"))
    assert "No lead is like that" in main(login(cast.pam).get("/leads/?q=nobody"))
    assert "No offer is like that" in main(login(cast.helix.rep).get("/leads/offers/?q=nobody"))


def test_fairness_shows_each_size_even_where_nothing_happened(cast: Cast, login: Any) -> None:  # noqa: F811
    offer_to(cast.helix, cast.pam)
    page = main(login(cast.executive).get("/leads/fairness/"))

    assert all(size in page for size in ("Micro", "Small", "Medium", "Large"))
    file = login(cast.executive).get("/leads/fairness/export/").getvalue().decode()
    assert [line.split(",")[1:4] for line in file.splitlines()[1:] if "Small" in line] == [["2", "1", "0.5"]]


def test_partner_cannot_come_to_the_vendors_pages(cast: Cast, login: Any) -> None:  # noqa: F811
    rep = login(cast.helix.rep)
    lead = make_lead(cast.pam)
    addresses = ("/leads/", "/leads/export/", "/leads/new/", "/leads/import/", "/leads/fairness/")

    assert [rep.get(address).status_code for address in (*addresses, lead.get_absolute_url())] == [403] * 6
    assert Lead.objects.visible_to(cast.helix.rep).count() == 0
