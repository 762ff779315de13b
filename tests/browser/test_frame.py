"""The frame in a real browser: readable for everybody, on a desk and on a phone, with keys, without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from prm.accounts.actions import invite
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.notices.actions import promise
from tests.browser.conftest import PHONE, Visitor
from tests.factories import Cast

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]
PAGES = ["/", "/people/", "/people/invite/", "/profile/", "/profile/tokens/", "/notices/", "/search/?q=a", "/work/"]
DOORS = ["/auth/login/", "/auth/signup/", "/auth/password/reset/", "/auth/password/reset/done/", "/nothing-here/"]


@pytest.fixture
def helix(live_cast: Cast) -> Cast:
    """Helix with something on every page of the frame."""
    team, now = live_cast.helix, database_now()
    invite(organisation=team.organisation, email="tom@helix.example", roles=["support"], by=team.admin, now=now)
    promise(key="bell", kind="x", to=team.admin, organisation=team.organisation, title="News", path="/deals/", now=now)
    return live_cast


def test_pages_of_the_frame_are_accessible(visitor: NewVisitor, helix: Cast) -> None:
    admin = visitor().log_in(helix.helix.admin)
    for path in [*PAGES, f"/people/{helix.helix.rep.public_id}/", "/auth/password/change/"]:
        admin.open(path)
        admin.check_accessible()


def test_doors_are_accessible(visitor: NewVisitor, helix: Cast) -> None:
    stranger = visitor()
    for path in DOORS:
        stranger.open(path)
        stranger.check_accessible()


def test_phone_has_a_menu(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor(PHONE).log_in(helix.helix.admin).page
    menu = page.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    menu.get_by_role("link", name="People").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("People")


def test_first_key_leads_past_the_navigation(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.admin).open("/people/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_keys_search_walk_and_explain(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.admin).open("/people/")
    names = page.locator("[data-rows] .row-link")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(names.nth(0)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")

    expect(page.get_by_role("searchbox").first).to_be_focused()


def test_filter_changes_the_list_and_the_address(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.admin).open("/people/")
    page.get_by_label("Name or address").fill(helix.helix.rep.email)
    expect(page.locator("#people .row-link")).to_have_count(1)
    page.reload()

    expect(page.locator("#people .row-link")).to_have_text([str(helix.helix.rep)])


def test_destructive_action_asks_once(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.admin).open(f"/people/{helix.helix.rep.public_id}/")
    page.get_by_role("button", name="End the membership").click()
    dialog = page.get_by_role("dialog", name="End the membership?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Keep it as it is").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="End the membership").click()
    dialog.get_by_role("button", name="End the membership").click()
    expect(page.get_by_role("status")).to_contain_text("can no longer come in")

    assert User.objects.get(pk=helix.helix.rep.pk).organisation is None


def test_pages_work_without_scripts(visitor: NewVisitor, helix: Cast) -> None:
    """The session of a browser whose scripts are switched off."""
    with_scripts = visitor().log_in(helix.helix.admin)
    context = with_scripts.page.context.browser.new_context(java_script_enabled=False)
    context.add_cookies(with_scripts.page.context.cookies())
    page = context.new_page()
    page.goto(f"{with_scripts.base}/people/")
    page.get_by_label("Name or address").fill("rep")
    page.get_by_role("button", name="Filter").click()
    # Without scripts each press is a page of its own, which takes its time to come.
    expect(page.locator("#people .row-link")).to_have_count(1)
    page.goto(f"{with_scripts.base}/people/{helix.helix.rep.public_id}/")
    page.get_by_role("button", name="End the membership").click()
    page.get_by_role("dialog").get_by_role("button", name="End the membership").click()
    expect(page.get_by_role("status")).to_contain_text("can no longer come in")
    context.close()
