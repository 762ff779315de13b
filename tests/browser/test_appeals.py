"""One appeal from the refusal to the approval in its old place, in a real browser, wide and narrow."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from deals.registrations.models import Registration
from tests.browser.conftest import Visitor
from tests.deals.appeals.asking import WHY, following, rejected
from tests.factories import Cast

pytestmark = pytest.mark.browser


def test_rejected_deal_is_appealed_upheld_and_approved_in_its_old_place(
    visitor: Callable[..., Visitor], live_cast: Cast
) -> None:
    first = rejected(live_cast)
    rep, second = visitor().log_in(live_cast.helix.rep), visitor().log_in(live_cast.pam2)

    rep.open(first.get_absolute_url())
    rep.check_accessible("appeal-possible")
    rep.page.get_by_role("link", name="Appeal", exact=True).click()
    rep.check_accessible("appeal-form")
    rep.page.get_by_label("Why is the decision wrong?").fill(WHY)
    rep.page.get_by_label("What can you show?").fill("Minutes of 3 May.")
    rep.page.get_by_role("button", name="Send the appeal").click()
    expect(rep.page.get_by_text("Your appeal is on its way.")).to_be_visible()

    second.open("/")
    second.page.get_by_role("link", name="Müller Logistik").first.click()
    expect(second.page.get_by_text(WHY)).to_be_visible()
    second.check_accessible("appeal-decision")
    second.page.get_by_label("Upheld: registered again in its old place").check()
    second.page.get_by_label("Message to the partner").fill("You were first.")
    second.page.get_by_role("button", name="Decide").click()
    second.check_accessible("appeal-upheld")
    second.page.get_by_role("link", name="The registration that follows").click()
    second.page.get_by_role("button", name="Approve", exact=True).click()
    expect(second.page.get_by_text("Approved: Müller Logistik GmbH is protected for Helix Systems.")).to_be_visible()

    row = following(first)
    assert (row.state, row.place) == ("approved", Registration.objects.get(pk=first.pk).place)
    rep.open(row.get_absolute_url())
    expect(rep.page.get_by_text("keeps its place in line")).to_be_visible()
    rep.check_accessible("appeal-approved")
