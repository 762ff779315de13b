"""An account manager proposes a team, both partners accept, and each reads who the other is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, Visitor
from tests.deals.teaming.conftest import Pair
from tests.factories import Cast

pytestmark = pytest.mark.browser


def test_two_partners_come_to_share_a_protection(live_cast: Cast, visitor: Callable[..., Visitor]) -> None:
    pair = Pair(live_cast, live=False)
    pam, helix, orbit = (
        visitor(DESKTOP).log_in(user) for user in (live_cast.pam, live_cast.helix.rep, live_cast.orbit.rep)
    )

    page = pam.open(f"/deals/{pair.deal.public_id}/")
    page.get_by_role("link", name="Propose that two partners share it").click()
    page.get_by_label("Share of this partner, in per cent").fill("60")
    page.get_by_label("Why? Both partners read it").fill("Both have worked on it for weeks.")
    pam.check_accessible("team-proposed")
    page.get_by_role("button", name="Ask both").click()
    expect(page.get_by_text("Both partners are asked.").first).to_be_visible()
    pam.check_accessible()

    for reader, deal in ((helix, pair.deal), (orbit, pair.other)):
        page = reader.open(f"/deals/{deal.public_id}/")
        expect(page.locator("#team")).to_contain_text("share this protection with another partner")
        expect(page.locator("#team")).not_to_contain_text("@")
        reader.check_accessible()
        page.get_by_role("button", name="Share it", exact=True).click()

    expect(page.locator("#team")).to_contain_text("Helix Systems")
    orbit.check_accessible()
    page = helix.open(f"/deals/{pair.deal.public_id}/")
    expect(page.locator("#team")).to_contain_text("Orbit Solutions")
    helix.shoot("team-agreed")
