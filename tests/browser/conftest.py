"""A real Chromium on the product's own pages. Any complaint of the console or of the page's policy fails the test."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from prm.accounts.models import User
from tests.factories import PASSWORD
from tests.founding import Founding

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = 1280, 360
FINDINGS = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


@pytest.fixture(scope="session")
def chromium(founding: Founding, django_db_blocker: Any) -> Iterator[Browser]:
    # Playwright's event loop runs in this thread; the ORM would refuse to work beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # Beside a running loop Django keeps a connection of its own for this thread: a transaction that stands on the
    # other one could not be ended.
    with django_db_blocker.unblock():
        founding.end()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["PRM_CHROMIUM"], args=FLAGS)
        yield browser
        browser.close()
        with django_db_blocker.unblock():
            founding.end()
        # Left open, its connection would hold the test database when that is to be dropped.
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visitor:
    """A person at a browser."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.base}{path}")
        return self.page

    def log_in(self, user: User) -> "Visitor":
        self.open("/auth/login/")
        self.page.get_by_label("E-mail").fill(user.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(lambda url: "/auth/" not in url)
        return self

    def check_accessible(self, name: str = "") -> None:
        """At both widths no serious finding of axe-core, and nothing wider than the window.

        The page is opened once: what takes long is to come there. A name takes a picture of each.
        """
        size = self.page.viewport_size
        self.page.evaluate(Axe().axe_script)
        for width in (PHONE, DESKTOP):
            self.page.set_viewport_size({"width": width, "height": 900})
            found = self.page.evaluate(FINDINGS)
            grave = [v for v in found if v["impact"] in {"serious", "critical"}]
            serious = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in grave]
            assert serious == [], f"{self.page.url} at {width}: {serious}"
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            wide = self.page.evaluate(over)
            assert wide <= 0, f"{self.page.url} is {wide} px too wide at {width}"
            if name:
                self.shoot(name)
        if size:
            self.page.set_viewport_size(size)

    def shoot(self, name: str) -> None:
        """A picture for people, only where a folder for it is named."""
        folder = os.environ.get("PRM_SCREENSHOTS")
        if folder:
            width = self.page.viewport_size["width"] if self.page.viewport_size else 0
            self.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


@pytest.fixture
def visitor(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Visitor]]:
    """Make visitors; at the end nobody may have had anything to complain about."""
    visitors: list[Visitor] = []

    def make(width: int = DESKTOP) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
        made = Visitor(context.new_page(), live_server.url)
        made.page.on("console", lambda message: _listen(made, message))
        made.page.on("pageerror", lambda error: made.complaints.append(f"error: {error}"))
        made.page.on(
            "request", lambda request: made.complaints.append(request.url) if "csp-report" in request.url else None
        )
        made.page.set_default_timeout(15_000)
        visitors.append(made)
        return made

    yield make
    complaints = [complaint for made in visitors for complaint in made.complaints]
    for made in visitors:
        made.page.context.close()
    assert complaints == []


def _listen(visitor: Visitor, message: ConsoleMessage) -> None:
    # A refused form is answered with 4xx on purpose; the browser logs every such answer.
    if message.type == "error" and "the server responded with a status of 4" not in message.text:
        visitor.complaints.append(f"console: {message.text}")
