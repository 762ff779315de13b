"""The browsable API: whole, offline, and within the page's policy."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

SCROLLED_TO = """() => {
    window.scrollBy(0, 400);
    return document.querySelector("#operations-deals-deals_submit .opblock-summary-control");
}"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_docs_show_every_operation_from_this_host_alone(visitor: Callable[..., Visitor]) -> None:
    reader = visitor()
    hosts: set[str] = set()
    reader.page.on("request", lambda request: hosts.add(urlsplit(request.url).scheme + urlsplit(request.url).netloc))
    page = reader.open("/api/v1/docs/")
    # Of so many operations those are drawn that somebody looks at. The first who asks waits for the document.
    page.wait_for_function(SCROLLED_TO, timeout=30_000)
    page.locator("#operations-deals-deals_submit .opblock-summary-control").click()
    expect(page.locator("#operations-deals-deals_submit")).to_contain_text("Idempotency-Key")
    expect(page.locator("#operations-deals-deals_submit")).to_contain_text("application/problem+json")
    assert hosts - {"data"} == {urlsplit(reader.base).scheme + urlsplit(reader.base).netloc}
    reader.shoot("api-docs")
