"""Sessions, roles and the log in a real browser, on a desk and on a phone."""

from collections.abc import Callable

import pytest

from prm.audit.actions import record
from prm.clocks.database import database_now
from tests.browser.conftest import PHONE, Visitor
from tests.factories import Cast, make_registration

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]


def test_pages_of_the_programme_are_accessible(visitor: NewVisitor, live_cast: Cast) -> None:
    make_registration(live_cast.helix)
    admin = visitor().log_in(live_cast.admin)
    for path in ("/audit/", "/audit/?kind=person.joined", "/people/roles/", "/profile/"):
        admin.open(path)
        admin.check_accessible()


def test_log_is_narrowed_in_place_and_exported(visitor: NewVisitor, live_cast: Cast) -> None:
    make_registration(live_cast.helix)
    now, about = database_now(), ("user", live_cast.helix.rep.public_id)
    for kind in ("person.left", "person.joined"):
        record(kind, by=live_cast.helix.rep, now=now, organisation_id=None, subject=about, data={"roles": []})
    page = visitor().log_in(live_cast.admin).open("/audit/")
    page.get_by_label("What happened").select_option("person.left")
    page.wait_for_url(lambda url: "kind=person.left" in url)
    page.get_by_text("person.joined", exact=True).last.wait_for(state="hidden")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export these events").click()

    lines = download.value.path().read_text("utf-8-sig").strip().splitlines()
    assert [line.split(",")[2] for line in lines] == ["Kind", "person.left"]


def test_other_browser_is_out_after_logging_out_elsewhere(visitor: NewVisitor, live_cast: Cast) -> None:
    here, there = visitor(), visitor(PHONE)
    here.log_in(live_cast.pam)
    there.log_in(live_cast.pam)
    page = here.open("/profile/")
    page.get_by_role("button", name="Log out everywhere else").click()
    page.get_by_role("dialog").get_by_role("button", name="Log out everywhere else").click()
    page.get_by_text("You are logged out everywhere else.").wait_for()

    assert "/auth/login/" in there.open("/profile/").url
    assert "/auth/login/" not in here.open("/profile/").url
