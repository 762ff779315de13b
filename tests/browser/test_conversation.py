"""Two people talk about a deal: one on a phone, one at a desk, in light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from prm.threads.models import Message
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.factories import Cast, make_registration, say

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 9


def test_partner_and_vendor_talk(live_cast: Cast, visitor: NewVisitor) -> None:
    deal = make_registration(live_cast.helix)
    say(deal, live_cast.pam, f"Who signs?\n{LONG_WORD}")
    rep, pam = visitor(PHONE).log_in(live_cast.helix.rep), visitor(DESKTOP).log_in(live_cast.pam)

    page = rep.open(f"/deals/{deal.public_id}/")
    expect(page.locator("#conversation")).to_contain_text("1 unread")
    rep.check_accessible()
    rep.shoot("conversation-partner")
    page.get_by_label("Your message").fill("The head of fleet.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#conversation .said").last).to_contain_text("The head of fleet.")
    expect(page.locator("#conversation")).not_to_contain_text("Unread")

    page = pam.open(f"/deals/{deal.public_id}/")
    page.emulate_media(color_scheme="dark")
    page.get_by_label("Your message").fill("Let us look at the margin.")
    page.get_by_label("Internal").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#conversation .said.internal")).to_contain_text("Let us look at the margin.")
    pam.check_accessible()
    pam.shoot("conversation-vendor")

    page = rep.open(f"/deals/{deal.public_id}/messages/")
    expect(page.locator("#conversation .said")).to_have_count(2)
    rep.check_accessible()


def test_refused_message_is_mended_and_read_ones_are_put_away(live_cast: Cast, visitor: NewVisitor) -> None:
    deal = make_registration(live_cast.helix)
    say(deal, live_cast.pam)
    rep = visitor(PHONE).log_in(live_cast.helix.rep)

    page = rep.open(f"/deals/{deal.public_id}/")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Write what you want to say.")).to_be_visible()
    rep.check_accessible()
    page.get_by_role("button", name="Mark as read").click()
    expect(page.locator("#conversation")).not_to_contain_text("Unread")
    expect(page.get_by_role("heading", level=1)).to_contain_text(deal.customer_name)

    assert Message.objects.count() == 1
