"""A receipt in a real browser: read, copied, checked by a stranger; and the administrator's keys."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from prm.clocks.database import database_now
from prm.signing.publishing import publish_roots
from tests.browser.conftest import Visitor
from tests.factories import Cast, make_approved

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


def test_taken_and_checked(visitor: NewVisitor, live_cast: Cast) -> None:
    deal = make_approved(live_cast.helix)
    publish_roots(now=database_now() + timedelta(days=1))
    partner = visitor().log_in(live_cast.helix.rep)
    page = partner.open(deal.get_absolute_url())
    page.get_by_role("link", name="Take it, check it").click()
    expect(page.get_by_text("and the customer is protected until")).to_be_visible()
    partner.check_accessible()
    text = page.locator("#receipt-text").inner_text()

    stranger = visitor()
    page = stranger.open("/receipts/")
    page.get_by_label("The receipt").fill(text)
    page.get_by_role("button", name="Check it", exact=True).click()
    expect(page.get_by_text("All 2 steps are there")).to_be_visible()
    expect(page.get_by_text("Its steps are in the published roots")).to_be_visible()
    stranger.check_accessible()
    stranger.open("/receipts/roots/")
    stranger.check_accessible()


def test_keys_of_the_administrator(visitor: NewVisitor, live_cast: Cast) -> None:
    make_approved(live_cast.helix)
    admin = visitor().log_in(live_cast.admin)
    page = admin.open("/receipts/keys/")
    page.get_by_role("button", name="Make a new key").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Make a new key").click()
    expect(page.get_by_text("Waits for its time")).to_be_visible()
    admin.check_accessible()
