"""An announcement in a real browser: written, read on the first page, put away; and what comes by mail."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from prm.notices.choices.selectors import chosen
from tests.announcements.saying import announce
from tests.browser.conftest import Visitor
from tests.factories import Cast

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


def test_written_read_and_put_away(visitor: NewVisitor, live_cast: Cast) -> None:
    admin = visitor().log_in(live_cast.admin)
    page = admin.open("/announcements/new/")
    admin.check_accessible()
    page.get_by_label("Title").fill("New price list")
    page.get_by_label("Text").fill("From Monday.\nSee the rules.")
    page.get_by_label("MSP", exact=True).check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="New price list").wait_for()
    admin.check_accessible()
    page.get_by_role("link", name="New price list").click()
    admin.check_accessible()

    reader = visitor().log_in(live_cast.helix.rep)
    page = reader.open("/")
    expect(page.get_by_text("From Monday.")).to_be_visible()
    reader.check_accessible()
    page.get_by_role("button", name="Dismiss New price list").click()
    expect(page.get_by_text("From Monday.")).to_have_count(0)
    page = reader.open("/announcements/")
    expect(page.get_by_text("From Monday.")).to_be_visible()
    reader.check_accessible()


def test_choosing_what_comes_by_mail(visitor: NewVisitor, live_cast: Cast) -> None:
    announce(live_cast)
    reader = visitor().log_in(live_cast.pam)
    page = reader.open("/profile/")
    page.get_by_label("Questions and messages").select_option("daily")
    page.locator("#notifications").get_by_role("button", name="Save").click()
    page.get_by_text("What waited follows your choice.").wait_for()
    reader.check_accessible()

    assert chosen(live_cast.pam)["messages"] == "daily"
