"""Ways through the programme from end to end, each by the people who go it, in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect

from deals.decisions.actions import approve
from deals.marketplace.models import MarketplaceOffer
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.payments.models import PaymentRun
from tests.browser.conftest import DESKTOP, Visitor
from tests.factories import Cast, make_approved
from tests.payments.paying import IBAN, payable, tomorrow, with_account

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]
WIDTH = DESKTOP


def look(visitor: Visitor, name: str) -> None:
    visitor.check_accessible()
    visitor.shoot(f"journey-{name}")


def csv(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def test_quote_becomes_a_registration(visitor: NewVisitor, live_cast: Cast) -> None:
    rep = visitor(WIDTH).log_in(live_cast.helix.rep)
    page = rep.open("/deals/new/")
    earnings = page.locator("#earnings")
    expect(earnings).to_contain_text("Type the value")
    page.get_by_label("Deal value").fill("86400")
    page.get_by_label("How do you sell it?").select_option("resale")
    page.get_by_role("radio", name="Independent").check()
    expect(earnings).to_contain_text("17,280")
    assert not Registration.objects.exists()
    look(rep, "quoted")

    page.get_by_label("End customer").fill("Kaiwerk Spedition")
    page.get_by_label("Website").fill("kaiwerk-spedition.de")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("City").fill("Hamburg")
    page.get_by_role("checkbox", name="Fleet Cloud").check()
    page.get_by_label("Expected close").fill((database_now().date() + timedelta(days=90)).isoformat())
    page.get_by_label("What have you done so far?").fill("Two workshops with the head of fleet, and an offer.")
    page.get_by_role("button", name="Register deal").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Kaiwerk Spedition")
    look(rep, "registered")
    approve(registration=Registration.objects.get(), by=live_cast.pam, now=database_now())
    page.reload()
    expect(page.get_by_text("17,280").first).to_be_visible()
    look(rep, "promised")


def test_partner_is_paid(visitor: NewVisitor, live_cast: Cast, settings: Any) -> None:
    settings.PRM_PAYER_IBAN = IBAN
    with_account(live_cast.helix, live_cast.finance)
    payable(live_cast.helix.organisation, "12400.00")
    finance, second = visitor(WIDTH).log_in(live_cast.finance), visitor(WIDTH).log_in(live_cast.admin)

    page = finance.open("/payments/")
    page.get_by_label("To be paid on").fill(tomorrow().isoformat())
    page.get_by_role("button", name="Prepare the run").click()
    expect(page.get_by_text("A run of this size is approved by a second person.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    look(finance, "run-prepared")
    run = PaymentRun.objects.get()

    second.open(run.get_absolute_url()).get_by_role("button", name="Approve").click()
    expect(second.page.get_by_role("button", name="Approve")).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Hand over to the bank").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="SEPA file").click()
    paper = Path(fetched.value.path()).read_text()
    assert ("pain.001.001.09" in paper, "12400.00" in paper) == (True, True)

    payment = run.payments.get().public_id
    answer = f"payment,result,paid_on,reason\n{payment},paid,{database_now().date()},\n"
    page.get_by_label("The bank's answer, as CSV").set_input_files(csv("bank.csv", answer))
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("cell", name="Paid").first).to_be_visible()
    look(finance, "run-paid")

    partner = visitor(WIDTH).log_in(live_cast.helix.admin)
    statement = partner.open(f"/earnings/{live_cast.helix.organisation.public_id}/")
    expect(statement.get_by_text("12,400").first).to_be_visible()
    expect(statement.get_by_text("Paid", exact=False).first).to_be_visible()
    look(partner, "statement")


def test_protection_is_made_longer(visitor: NewVisitor, live_cast: Cast) -> None:
    deal = make_approved(live_cast.helix)
    before = deal.protected_until
    assert before is not None
    rep, pam = visitor(WIDTH).log_in(live_cast.helix.rep), visitor(WIDTH).log_in(live_cast.pam)

    page = rep.open(deal.get_absolute_url())
    page.get_by_role("link", name="Ask for an extension").click()
    page.get_by_label("What has happened since the approval?").fill("A pilot on five vans, and the board meets in May.")
    look(rep, "extension-asked")
    page.get_by_role("button", name="Ask for the extension").click()
    expect(page.locator("#extension")).to_contain_text("Asked for")

    page = pam.open("/work/")
    page.get_by_role("link", name=deal.customer_name).first.click()
    expect(page.get_by_text("A pilot on five vans")).to_be_visible()
    page.get_by_role("radio", name="Grant it").check()
    look(pam, "extension-decided")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("#extension")).to_contain_text("Granted")

    expect(rep.open(deal.get_absolute_url()).locator("#extension")).to_contain_text("Granted")
    look(rep, "extension-granted")
    deal.refresh_from_db()
    assert deal.protected_until == before + timedelta(days=30)


def test_marketplace_reports_an_offer_that_the_partner_accepts(visitor: NewVisitor, live_cast: Cast) -> None:
    deal = make_approved(live_cast.helix)
    rep = visitor(WIDTH).log_in(live_cast.helix.rep)
    last = (database_now().date() + timedelta(days=5)).isoformat()
    header = "deal,marketplace,offer_id,buyer,amount,currency,expires_on,state\n"

    page = rep.open("/marketplace/")
    look(rep, "offers-none")
    page.get_by_role("link", name="Import").click()
    wrong = f"{header}{deal.reference},moon,o-1,Acme Freight,86400,EUR,{last},sent\n"
    page.get_by_label("CSV file or workbook").set_input_files(csv("offers.csv", wrong))
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("#dry-run")).to_contain_text("Row 2")
    look(rep, "offers-wrong")
    page.get_by_label("CSV file or workbook").set_input_files(csv("offers.csv", wrong.replace("moon", "aws")))
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("#dry-run")).to_contain_text("1 row: 1 new")
    assert not MarketplaceOffer.objects.exists()
    look(rep, "offers-checked")
    page.get_by_role("button", name="Import these rows").click()
    look(rep, "offers")

    rep.open("/work/").get_by_role("link", name="Acme Freight").click()
    look(rep, "offer")
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Co-sell").select_option("asked")
    look(rep, "offer-change")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="The buyer accepted").click()
    expect(page.get_by_text("Accepted. The account manager is told.")).to_be_visible()
    panel = rep.open(deal.get_absolute_url()).locator("#marketplace")
    expect(panel).to_contain_text("Accepted")
    look(rep, "offer-on-its-deal")
    panel.get_by_role("link", name="Enter an offer").click()
    look(rep, "offer-new")
