"""The library in a real browser: written, published, found by a partner on a telephone, and downloaded."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from prm.clocks.database import database_now
from tests.browser.conftest import PHONE, Visitor
from tests.enablement.library.making import make_file_item, review_in
from tests.factories import Cast
from tests.files.making import PDF

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]
TEXT = "# Before the first call\n\n- Ask **who decides**\n- [Rules](/rules/)\n\n> Write it down."


def test_written_and_published(visitor: NewVisitor, live_cast: Cast) -> None:
    admin = visitor().log_in(live_cast.admin)
    page = admin.open("/library/new/")
    admin.check_accessible("library-form")
    page.get_by_label("Title").fill("Deploying fleets")
    page.get_by_label("To be reviewed on").fill((database_now().date() + timedelta(days=90)).isoformat())
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Or a text").fill(TEXT)
    admin.check_accessible("library-version")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Before the first call")).to_be_visible()
    admin.check_accessible("library-item")
    admin.open("/library/written/")
    admin.check_accessible("library-written")
    admin.open("/library/collections/new/")
    admin.check_accessible()


def test_found_and_downloaded_on_a_telephone(visitor: NewVisitor, live_cast: Cast) -> None:
    item = make_file_item(live_cast, PDF, title="Deploying fleets", summary="What to bring along", tags=["sales"])
    make_file_item(live_cast, PDF, title="Price list")
    rep = visitor(PHONE).log_in(live_cast.helix.rep)
    page = rep.open("/library/")
    rep.check_accessible("library")
    page.get_by_label("Search", exact=True).last.fill("deployment")
    expect(page.get_by_role("link", name="Price list")).to_have_count(0)
    page.get_by_role("link", name="Deploying fleets").click()
    page.get_by_role("button", name="Favourite").click()
    expect(page.get_by_role("button", name="No longer a favourite")).to_be_visible()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download").click()
    assert downloaded.value.suggested_filename == "Paper.pdf"
    rep.check_accessible("library-paper")

    review_in(item, -1)
    pam = visitor().log_in(live_cast.pam)
    page = pam.open("/library/use/")
    expect(page.get_by_text("Downloaded")).to_be_visible()
    pam.check_accessible("library-uses")
