"""Rules in a real browser: changed with a preview, published, read and acknowledged; on a desk and on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from deals.replays.actions import replay
from deals.rulebook import SCHEMA, DealRules
from prm.clocks.database import database_now
from prm.policy.actions import publish_version
from prm.policy.models import Acknowledgement, PolicyVersion
from tests.browser.conftest import Visitor
from tests.factories import Cast, make_account, make_approved

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]
NAMED = {"customer_name": "Brauerei Oberland", "customer_website": "brauerei-oberland.de", "customer_country": "DE"}


def planned(cast: Cast) -> PolicyVersion:
    values = DealRules().model_dump(mode="json")
    values["precedence"]["named_account"]["weight"] = "block"
    now = database_now()
    begins = now + timedelta(days=30)
    return publish_version(schema=SCHEMA, values=values, effective_from=begins, after=1, by=cast.admin, now=now)


def test_version_is_looked_at_and_published(visitor: NewVisitor, live_cast: Cast) -> None:
    admin = visitor().log_in(live_cast.admin)
    page = admin.open("/policies/new/deals/")
    admin.check_accessible()
    page.get_by_label("Days of protection").fill("0")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_text("greater than or equal to 1")).to_be_visible()
    page.get_by_label("Days of protection").fill("60")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_text("the 60th day")).to_be_visible()
    admin.check_accessible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published: version 2.")).to_be_visible()
    admin.check_accessible()
    admin.open("/policies/")
    admin.check_accessible()


def test_partner_reads_and_acknowledges(visitor: NewVisitor, live_cast: Cast) -> None:
    reader = visitor().log_in(live_cast.helix.admin)
    page = reader.open("/")
    page.get_by_role("link", name="Read and acknowledge it").click()
    reader.check_accessible()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Acknowledged by")).to_be_visible()
    reader.check_accessible()

    assert Acknowledgement.objects.get().acknowledged_by == live_cast.helix.admin


def test_replay_and_tender_pages_hold(visitor: NewVisitor, live_cast: Cast) -> None:
    account = make_account("Brauerei Oberland", website="brauerei-oberland.de", named_account=True)
    make_approved(live_cast.helix, **NAMED)
    done = replay(version=planned(live_cast), by=live_cast.admin, now=database_now())

    admin = visitor().log_in(live_cast.admin)
    page = admin.open(done.get_absolute_url())
    expect(page.get_by_text("Stands in the way instead of").first).to_be_visible()
    admin.check_accessible()
    admin.open("/rules/replays/")
    admin.check_accessible()
    page = admin.open(f"/accounts/{account.public_id}/tender/")
    page.get_by_label("Published on").fill("2026-01-05")
    page.get_by_label("Where", exact=True).fill("Gazette 12")
    admin.check_accessible()
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("Gazette 12").first).to_be_visible()
    admin.check_accessible()
