"""A lead as people meet it: entered, offered, accepted, registered."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from deals.leads.models import Lead, LeadOffer
from partners.models import Partner
from tests.browser.conftest import Visitor
from tests.factories import Cast

pytestmark = pytest.mark.browser


def test_lead_is_entered_accepted_and_registered(live_cast: Cast, visitor: Callable[..., Visitor]) -> None:
    Partner.objects.filter(pk=live_cast.orbit.partner.pk).update(state="suspended")
    pam, rep = visitor().log_in(live_cast.pam), visitor().log_in(live_cast.helix.rep)
    page = pam.open("/leads/new/")
    pam.check_accessible()
    page.get_by_label("Customer", exact=True).fill("Kaiwerk Spedition")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("What does the customer need?").fill("Sixty vehicles, a new planner by spring.")
    page.get_by_role("checkbox", name="Telematics").check()
    page.locator("#id_contact_name").fill("Ina Brink")
    page.locator("#id_contact_phone").fill("+49 40 1234567")
    page.get_by_label("Where it comes from").select_option("event")
    page.get_by_role("button", name="Enter and offer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kaiwerk")
    expect(page.get_by_text("it never had an offer")).to_be_visible()
    pam.check_accessible()

    page = rep.open("/work/")
    page.get_by_role("link", name="Kaiwerk").first.click()
    expect(page.get_by_text("Whom to call stands here once you have accepted.")).to_be_visible()
    expect(page.get_by_text("Ina Brink")).to_have_count(0)
    rep.check_accessible()
    page.get_by_role("button", name="Accept the lead").click()
    expect(page.get_by_text("Ina Brink")).to_be_visible()
    page.get_by_label("How far is it?").select_option("meeting")
    page.get_by_role("button", name="Report it").click()
    rep.check_accessible()
    page.get_by_role("button", name="Register from this lead").click()
    expect(page.get_by_label("End customer")).to_have_value("Kaiwerk Spedition")
    expect(page.get_by_role("checkbox", name="Telematics")).to_be_checked()

    for who, address in ((rep, "/leads/offers/"), (pam, "/leads/"), (pam, "/leads/fairness/"), (pam, "/leads/import/")):
        who.open(address)
        who.check_accessible()
    assert (Lead.objects.get().state, LeadOffer.objects.get().state) == ("accepted", "accepted")
    assert Lead.objects.get().registration is not None
