"""Our own seller at a protected customer in a real browser: the touch, the case, its outcome, and who reads what."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.deals.direct.selling import account_of, opportunity, protected
from tests.factories import Cast

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


def test_touch_opens_a_case_that_is_decided_and_told(visitor: NewVisitor, live_cast: Cast) -> None:
    deal = protected(live_cast)
    account = account_of(deal)
    made = opportunity(account, live_cast.seller, live_cast.products["telematics"])
    seller = visitor().log_in(live_cast.seller)
    page = seller.open(f"/accounts/{account.public_id}/")
    page.get_by_role("link", name="Note a touch").click()
    seller.check_accessible()
    page.locator("#id_note").fill("Asked about next year.")
    page.get_by_role("button", name="Note it").click()
    page.get_by_text("so a case is opened").wait_for()
    seller.check_accessible()
    for path in ("/direct/", "/direct/new/", made.get_absolute_url(), "/direct/cases/"):
        seller.open(path)
        seller.check_accessible()
    page.get_by_role("link", name=account.name).click()
    expect(page.get_by_text("The account manager of the partner decides.")).to_be_visible()
    expect(page.get_by_text("Helix Systems")).to_have_count(0)

    pam = visitor().log_in(live_cast.pam)
    page = pam.open("/work/")
    page.get_by_role("link", name=account.name).click()
    pam.check_accessible()
    page.get_by_label("Permitted").check()
    page.get_by_label("Reason, for the seller").fill("The service contract asks for it.")
    page.get_by_label("Message to the partner").fill("It was about the service contract.")
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("everybody whom it concerns reads it now").wait_for()

    partner = visitor().log_in(live_cast.helix.rep)
    page = partner.open(deal.get_absolute_url())
    expect(page.get_by_text("It was about the service contract.")).to_be_visible()
    expect(page.get_by_text("The service contract asks for it.")).to_have_count(0)
    partner.check_accessible()
