"""A part that was lowered is appealed and restored, then cut with consent: in a real browser, wide and narrow."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.deals.engagement.claiming import WHY, approved, fresh
from tests.factories import MUELLER, Cast

pytestmark = pytest.mark.browser


def test_lowered_part_is_restored_and_then_cut_with_consent(visitor: Callable[..., Visitor], live_cast: Cast) -> None:
    deal = approved(live_cast, **MUELLER)
    rep, second, pam = (visitor().log_in(user) for user in (live_cast.helix.rep, live_cast.pam2, live_cast.pam))

    rep.open(deal.get_absolute_url())
    rep.check_accessible("engagement-possible")
    rep.page.get_by_role("link", name="Appeal about your part").click()
    rep.check_accessible("engagement-form")
    rep.page.get_by_label("What is your part in this deal?").fill(WHY)
    rep.page.get_by_role("button", name="Send the appeal").click()
    expect(rep.page.get_by_text("Your appeal is on its way.")).to_be_visible()

    second.open("/")
    second.page.get_by_role("link", name="Müller Logistik").first.click()
    second.check_accessible("engagement-decision")
    second.page.get_by_label("Upheld: the part that was registered counts").check()
    second.page.get_by_label("Message to the partner").fill("You were right.")
    second.page.get_by_role("button", name="Decide").click()
    second.check_accessible("engagement-upheld")

    pam.open(deal.get_absolute_url())
    pam.page.get_by_role("link", name="Propose other terms").click()
    pam.check_accessible("amend-form")
    pam.page.get_by_label("Earned once, per cent").fill("15")
    pam.page.get_by_label("Why?").fill("The customer got a discount.")
    pam.page.get_by_role("button", name="Ask for consent").click()
    pam.check_accessible("amend-waiting")

    rep.open(deal.get_absolute_url())
    rep.page.get_by_role("link", name="Consent or decline").click()
    rep.check_accessible("amendment-form")
    rep.page.get_by_label("We consent: the new terms hold from now on").check()
    rep.page.get_by_role("button", name="Answer").click()
    expect(rep.page.get_by_text("Your answer is recorded.")).to_be_visible()
    rep.check_accessible("amendment-agreed")
    assert fresh(deal).terms["rate"] == "0.15"
