"""The page of the branding in a real browser, and what it does to all others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from prm.branding.models import Logo
from tests.branding.drawing import png
from tests.browser.conftest import PHONE, Visitor
from tests.factories import Cast

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


def test_programme_gets_its_face(visitor: NewVisitor, live_cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(png(1200, 300))
    admin = visitor().log_in(live_cast.admin)
    page = admin.open("/branding/")
    admin.check_accessible()
    page.get_by_label("Name of the programme").fill("Contoso Allies and Friends")
    page.get_by_label("Accent colour").fill("#7a1fa2")
    page.get_by_label("Logo", exact=False).first.set_input_files(file)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Everybody sees it within seconds.").wait_for()
    admin.check_accessible()
    admin.shoot("branding")

    mark = page.locator(".brand img")
    assert mark.evaluate("image => image.complete && image.naturalWidth") == 640
    assert mark.get_attribute("src") == f"/branding/logo/{Logo.objects.get().digest}"
    button = page.get_by_role("button", name="Save")
    assert button.evaluate("button => getComputedStyle(button).backgroundColor") == "rgb(122, 31, 162)"


def test_login_page_wears_it_in_the_dark_too(visitor: NewVisitor, live_cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(png())
    admin = visitor().log_in(live_cast.admin)
    page = admin.open("/branding/")
    page.get_by_label("Logo", exact=False).first.set_input_files(file)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Everybody sees it within seconds.").wait_for()
    stranger = visitor(PHONE)
    stranger.page.emulate_media(color_scheme="dark")
    stranger.open("/auth/login/")
    stranger.check_accessible()

    assert stranger.page.locator(".brand img").evaluate("image => image.naturalWidth") == 200


def test_colour_that_cannot_be_read_is_refused_in_words(visitor: NewVisitor, live_cast: Cast) -> None:
    admin = visitor(PHONE).log_in(live_cast.admin)
    page = admin.open("/branding/")
    page.get_by_label("Accent colour").fill("#ffcc00")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Choose a darker one").wait_for()
    admin.check_accessible()

    assert page.get_by_label("Accent colour").input_value() == "#ffcc00"
