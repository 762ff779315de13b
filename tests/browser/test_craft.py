"""Saved views, keys and paper in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.filters.actions import save_view
from tests.browser.conftest import Visitor
from tests.factories import Cast, make_approved, make_draft, make_registration

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


@pytest.fixture
def helix(live_cast: Cast) -> Cast:
    for number in range(3):
        make_registration(live_cast.helix, customer_name=f"Spedition Nummer {number}")
    make_draft(live_cast.helix, customer_name="Entwurf Haus")
    return live_cast


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_list_is_narrowed_saved_and_found_again(visitor: NewVisitor, helix: Cast) -> None:
    rep = visitor().log_in(helix.helix.rep)
    page = rep.open("/deals/")
    page.get_by_label("State").select_option("draft")
    expect(page.locator("#list .row-link")).to_have_count(1)
    page.get_by_role("button", name="Save this view").click()
    dialog = page.get_by_role("dialog", name="Save this view")
    expect(dialog).to_be_visible()
    rep.check_accessible()
    dialog.get_by_label("Name of the view").fill("Unfinished")
    dialog.get_by_label("Open the list with this view").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The view “Unfinished” is saved.")
    views = page.get_by_role("navigation", name="Saved views")
    views.get_by_role("link", name="All").click()
    expect(page.locator("#list .row-link")).to_have_count(4)
    rep.check_accessible()
    rep.shoot("saved-views")
    page = rep.open("/deals/")

    expect(page.locator("#list .row-link")).to_have_text(["Entwurf Haus"])
    expect(views.get_by_role("link", name="Unfinished")).to_have_attribute("aria-current", "true")


def test_pages_of_views_are_accessible(visitor: NewVisitor, helix: Cast) -> None:
    team = helix.helix
    saved = save_view(
        name="With a long name that nobody shortens in time", list_name="deals", query="state=open", shared=True,
        by=team.admin, now=database_now(),
    )  # fmt: skip
    admin = visitor().log_in(team.admin)
    for path in ("/filters/", f"/filters/{saved.public_id}/change/", "/deals/?state=open", "/profile/"):
        admin.open(path)
        admin.check_accessible()


def test_rows_are_walked_opened_and_left_with_keys(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.rep).open("/deals/")
    names = page.locator("#list .row-link").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == names[1]
    expect(page.locator("[data-current]")).to_have_count(1)
    page.keyboard.press("k")
    assert focused(page) == names[0]
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text(names[0])
    page.keyboard.press("g")
    page.keyboard.press("d")

    expect(page.get_by_role("heading", level=1)).to_have_text("Deals")


def test_rows_without_a_link_take_the_focus_and_boxes_are_ticked(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.rep).open("/deals/")
    page.evaluate("""() => {
        const row = document.querySelector("#list tbody tr");
        row.innerHTML = "<td><input type=checkbox aria-label=Row></td><td>No link</td>";
    }""")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "TR"
    page.keyboard.press("x")
    expect(page.get_by_label("Row", exact=True)).to_be_checked()
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys").get_by_text("Select the row")).to_be_visible()


def test_keys_stay_letters_in_a_field_and_with_modifiers(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.rep).open("/deals/")
    field = page.get_by_label("Search").last
    field.focus()
    page.keyboard.type("jk?x")
    expect(field).to_have_value("jk?x")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("Alt+j")
    expect(page.locator("[data-current]")).to_have_count(0)


def test_dialog_in_front_keeps_the_keys_to_itself(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.rep).open("/deals/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Select the row")).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("[data-current]")).to_have_count(0)
    page.keyboard.press("?")

    expect(dialog).to_be_hidden()


def test_keys_that_are_switched_off_do_nothing_and_are_still_explained(visitor: NewVisitor, helix: Cast) -> None:
    User.objects.filter(pk=helix.helix.rep.pk).update(single_keys=False)
    page = visitor().log_in(helix.helix.rep).open("/deals/")
    for key in ("j", "/", "?"):
        page.keyboard.press(key)
    expect(page.locator("[data-current]")).to_have_count(0)
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.locator(".person-button").click()
    page.locator("#person-menu").get_by_role("button", name="Keys").click()

    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("They are switched off for you.")


def test_key_opens_the_saving_of_a_view(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.helix.rep).open("/deals/?state=draft")
    page.keyboard.press("s")

    expect(page.get_by_role("dialog", name="Save this view")).to_be_visible()


PRINTED = ["/deals/?state=open", "/people/roles/", "/rules/", "/work/"]


def on_paper(page: Page) -> list[str]:
    """What can be pressed, or leads through the portal, and would be printed."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll(
        ".side, .filters, .chip, [data-save], .paging, .btn, button, nav:not(.crumbs), form.stack")]
        .filter((one) => one.getClientRects().length > 0).map((one) => one.outerHTML.slice(0, 120))""")
    return found


@pytest.mark.parametrize("who", ["rep", "pam"])
def test_paper_holds_what_is_read_and_nothing_to_press(visitor: NewVisitor, helix: Cast, who: str) -> None:
    deal = make_approved(helix.helix, customer_name="Werft Nord")
    reader = visitor().log_in(helix.pam if who == "pam" else helix.helix.rep)
    page = reader.page
    undecided = helix.helix.partner.registrations.filter(state="submitted")[0]
    for path in [*PRINTED, deal.get_absolute_url(), undecided.get_absolute_url()]:
        reader.open(path)
        page.emulate_media(media="print")
        assert on_paper(page) == [], path
        assert page.locator(".print-head").is_visible()
        assert page.locator(".on-paper:visible").count() == ("state=open" in path)
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.pdf(format="A4").startswith(b"%PDF")
        page.emulate_media(media="screen")
        assert not page.locator(".print-head").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_whatever_the_screen_is(visitor: NewVisitor, helix: Cast, scheme: str) -> None:
    page = visitor().log_in(helix.helix.rep).open("/deals/")
    page.emulate_media(media="print", color_scheme=scheme)
    colours = page.evaluate("""() => ["body", ".card", "td", ".pill"].map((name) => {
        const style = getComputedStyle(document.querySelector(name));
        return [style.color, style.backgroundColor].join(" on ");
    })""")

    assert {colour.partition(" on ")[0] for colour in colours} <= {"rgb(0, 0, 0)"}
    assert {colour.partition(" on ")[2] for colour in colours} <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def test_long_tables_repeat_their_head_and_are_not_cut(visitor: NewVisitor, helix: Cast) -> None:
    page = visitor().log_in(helix.pam).open("/deals/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 980})
    shown = page.evaluate("""() => ({
        head: getComputedStyle(document.querySelector("thead")).display,
        row: getComputedStyle(document.querySelector("tbody tr")).breakInside,
        card: getComputedStyle(document.querySelector(".card.flush")).overflow,
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    })""")

    assert shown == {"head": "table-header-group", "row": "avoid", "card": "visible", "wide": 0}
