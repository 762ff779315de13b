"""Two reviewers compare, one says what is what, and the administrator learns from it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from deals.conflicts.actions import assess_pending
from tests.browser.conftest import Visitor
from tests.factories import MUELLER, Cast, make_assessed

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


def test_finding_is_compared_and_judged(live_cast: Cast, visitor: NewVisitor) -> None:
    make_assessed(live_cast.orbit, **MUELLER)
    deal = make_assessed(live_cast.helix, **MUELLER)
    pam, late = visitor().log_in(live_cast.pam), visitor().log_in(live_cast.admin)

    page = pam.open(f"/deals/{deal.public_id}/")
    page.get_by_role("link", name="Compare").first.click()
    expect(page.get_by_role("heading", name="Is it the same customer?")).to_be_visible()
    pam.shoot("compare")
    pam.check_accessible()
    other = late.open(page.url.partition("/deals/")[1] + page.url.partition("/deals/")[2])

    page.get_by_label("Not the same").check()
    page.get_by_label("How do you know?").fill("Two owners")
    page.get_by_role("button", name="Keep this answer").click()
    expect(page.get_by_text("Kept. Both are checked again")).to_be_visible()
    pam.check_accessible()

    other.get_by_label("The same customer").check()
    other.get_by_role("button", name="Keep this answer").click()
    expect(other.get_by_text("has judged this pair meanwhile")).to_be_visible()

    assess_pending()
    page = pam.open(f"/deals/{deal.public_id}/")
    expect(page.get_by_text("Nothing was found that stands in the way.")).to_be_visible()


def test_thresholds_are_tried_and_published(live_cast: Cast, visitor: NewVisitor) -> None:
    make_assessed(live_cast.orbit, **{**MUELLER, "customer_name": "Nordlicht Chemie"})
    make_assessed(live_cast.helix, **MUELLER)
    admin = visitor().log_in(live_cast.admin)

    page = admin.open("/matching/")
    admin.check_accessible()
    page.get_by_label("Blocks from").first.fill("85")
    page.get_by_role("button", name="Try on history").click()
    expect(page.get_by_role("heading", name="With review from 78% and blocking from 85%")).to_be_visible()
    admin.shoot("matching")
    admin.check_accessible()

    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2: review from 78%, blocks from 85%")).to_be_visible()
    admin.open("/matching/pairs/")
    admin.check_accessible()
