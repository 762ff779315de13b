"""A protection ends, and the first in line takes the customer up: at a desk, and read again on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.deals.releases.asking import make_line, set_free
from tests.factories import Cast

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


def test_first_in_line_takes_it_up(visitor: NewVisitor, live_cast: Cast) -> None:
    line = make_line(live_cast)
    set_free(line)
    rep = visitor().log_in(live_cast.helix.rep)
    page = rep.open(line.first.get_absolute_url())
    expect(page.get_by_text("The customer is free.")).to_be_visible()
    rep.check_accessible("first-refusal")

    page = rep.open("/work/")
    page.get_by_role("link", name="Müller Logistik GmbH").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Müller Logistik GmbH is free")
    rep.check_accessible("take-up")
    page.get_by_role("button", name="Take it up").click()
    expect(page.get_by_text("your place in line is kept, and your account manager decides")).to_be_visible()
    expect(page.get_by_text(f"This registration takes up {line.first.reference}")).to_be_visible()

    pam = visitor().log_in(live_cast.pam)
    page = pam.open(line.holder.get_absolute_url())
    expect(page.get_by_role("heading", name="Who had asked")).to_be_visible()
    pam.check_accessible("line")
