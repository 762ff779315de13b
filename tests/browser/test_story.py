"""The main job as people do it: register, find the rival, ask, answer, reject; approve, remind, expire."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, expect

from deals.conflicts.actions import assess_pending
from deals.protections.actions import expire_due, remind_due
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.notices import relay
from prm.notices.models import Notice
from tests.browser.conftest import Visitor
from tests.factories import MUELLER, Cast, make_approved, make_token

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., Visitor]
WORK = "Found the project and ran two workshops with the head of fleet."


def register(visitor: Visitor, *, name: str, website: str, product: str = "Fleet Cloud") -> Page:
    """Fill the form as a rep does, and register."""
    page = visitor.open("/deals/new/")
    page.get_by_label("End customer").fill(name)
    page.get_by_label("Website").fill(website)
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("City").fill("Hamburg")
    page.get_by_role("checkbox", name=product).check()
    page.get_by_label("Deal value").fill("86400")
    page.get_by_label("Expected close").fill((database_now().date() + timedelta(days=90)).isoformat())
    page.get_by_label("How do you sell it?").select_option("resale")
    page.get_by_role("radio", name="Independent").check()
    page.get_by_label("What have you done so far?").fill(WORK)
    page.get_by_role("button", name="Register deal").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page


def open_work(visitor: Visitor, customer: str) -> Page:
    page = visitor.open("/work/")
    page.get_by_role("link", name=customer).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(customer)
    return page


def everything_fetched(user: User, deal: Registration) -> str:
    """Every page and answer about it that the person can fetch, with fragments and notices, as one text."""
    client = Client()
    client.force_login(user)
    pages = ["/", "/deals/", f"/deals/{deal.public_id}/", "/notices/", "/rules/", "/deals/export/"]
    texts = [client.get(path, headers=headers) for path in pages for headers in ({}, {"HX-Request": "true"})]
    token = {"Authorization": f"Bearer {make_token(user)}"}
    paths = ["deals", f"deals/{deal.public_id}", f"deals/{deal.public_id}/timeline", "events", "metrics", "me"]
    answers = [Client().get(f"/api/v1/{path}", headers=token) for path in paths]
    read = [answer.getvalue().decode() for answer in [*texts, *answers]]
    mails = [f"{m.subject}\n{m.body}" for m in mail.outbox if user.email in m.to]
    return "\n".join([*read, *mails])


def test_rival_is_asked_and_rejected_and_reads_nothing_of_the_other(live_cast: Cast, visitor: NewVisitor) -> None:
    holder = make_approved(live_cast.orbit, live_cast.products["fleet-cloud"], **MUELLER)
    rep, pam = visitor().log_in(live_cast.helix.rep), visitor().log_in(live_cast.pam)

    register(rep, name="Mueller Logistik", website="www.mueller-logistik.de")
    deal = Registration.objects.get(partner=live_cast.helix.partner)
    expect(rep.page.get_by_text("In review").first).to_be_visible()
    assess_pending()

    page = open_work(pam, "Mueller Logistik")
    # The whole text beside the recommendation says it too, folded away.
    expect(page.get_by_text("mueller-logistik.de").locator("visible=true").first).to_be_visible()
    expect(page.get_by_text("Orbit Solutions").locator("visible=true").first).to_be_visible()
    pam.shoot("decision")
    page.get_by_text("Ask for information").last.click()
    page.get_by_label("Your question").fill("Which subsidiary signs the contract?")
    page.get_by_text("Let the partner change").click()
    page.get_by_role("checkbox", name="What have you done so far?").check()
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_text("is on its way")).to_be_visible()

    page = rep.open("/")
    page.get_by_role("link", name="Mueller Logistik").first.click()
    answering = rep.open(f"/deals/{deal.public_id}/answer/")
    expect(answering.get_by_text("Which subsidiary signs the contract?")).to_be_visible()
    rep.shoot("answer")
    answering.get_by_label("What have you done so far?").fill("Two workshops and a pilot; the holding signs.")
    answering.get_by_role("button", name="Send the answer").click()

    assess_pending()
    page = open_work(pam, "Mueller Logistik")
    page.get_by_text("Reject with a reason").first.click()
    page.get_by_label("Reason", exact=True).select_option("already_protected")
    page.get_by_label("Explain it to the partner").fill("This customer is protected for this product at present.")
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.get_by_text("reads your reason")).to_be_visible()

    page = rep.open(f"/deals/{deal.public_id}/")
    expect(page.get_by_text("This customer is protected for this product at present.")).to_be_visible()
    rep.shoot("rejected")
    while relay.run():
        continue
    told = everything_fetched(live_cast.helix.rep, deal) + everything_fetched(live_cast.helix.admin, deal)
    for secret in ("Orbit", holder.reference, holder.public_id, live_cast.orbit.rep.name):
        assert secret not in told
    assert "This customer is protected for this product at present." in told


def test_free_customer_is_approved_reminded_and_expired(live_cast: Cast, visitor: NewVisitor) -> None:
    rep, pam = visitor().log_in(live_cast.helix.rep), visitor().log_in(live_cast.pam)
    register(rep, name="Kvarn Energi", website="kvarn-energi.de")
    assess_pending()

    page = open_work(pam, "Kvarn Energi")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("is protected for Helix Systems").first).to_be_visible()

    deal = Registration.objects.get(partner=live_cast.helix.partner)
    assert deal.state == "approved"
    assert deal.protected_until is not None
    assert deal.decided_at is not None
    assert (deal.protected_until - deal.decided_at).days == 90
    page = rep.open(f"/deals/{deal.public_id}/")
    expect(page.get_by_text("90").first).to_be_visible()
    rep.shoot("approved")

    for days in (30, 14, 3):
        assert remind_due(now=deal.protected_until - timedelta(days=days)) == 1
    assert Notice.objects.filter(kind="deal.reminded", user=live_cast.helix.rep).count() == 3
    assert expire_due(now=deal.protected_until + timedelta(minutes=1)) == 1
    page = rep.open(f"/deals/{deal.public_id}/")
    expect(page.get_by_text("Expired").first).to_be_visible()
    expect(page.get_by_text("Reminded: 30 days left")).to_be_visible()


def test_pages_are_accessible_and_fit(live_cast: Cast, visitor: NewVisitor) -> None:
    make_approved(live_cast.orbit, live_cast.products["fleet-cloud"], **MUELLER)
    rep = visitor().log_in(live_cast.helix.rep)
    register(rep, name="Mueller Logistik", website="www.mueller-logistik.de")
    assess_pending()
    deal = Registration.objects.get(partner=live_cast.helix.partner)
    for name, path in (
        ("partner-home", "/"),
        ("deals", "/deals/"),
        ("register", "/deals/new/"),
        ("deal", f"/deals/{deal.public_id}/"),
        ("rules", "/rules/"),
        ("notices", "/notices/"),
        ("profile", "/profile/"),
    ):
        rep.open(path)
        rep.shoot(name)
        rep.check_accessible()
    for who, paths in (
        (live_cast.pam, ("/work/", f"/deals/{deal.public_id}/", "/deals/", "/partners/", "/accounts/", "/insight/")),
        (live_cast.helix.admin, ("/people/",)),
        (live_cast.admin, ("/people/",)),
    ):
        staff = visitor().log_in(who)
        for path in paths:
            staff.open(path)
            staff.shoot(f"{who.email.partition('@')[0]}{path.replace('/', '-').replace(deal.public_id, 'one')}")
            staff.check_accessible()


def test_login_page_is_accessible_and_says_nothing_about_who_is_known(live_cast: Cast, visitor: NewVisitor) -> None:
    stranger = visitor()
    answers = []
    for email in (live_cast.pam.email, "nobody@nowhere.example"):
        page = stranger.open("/auth/login/")
        stranger.check_accessible()
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill("wrong password")
        page.get_by_role("button", name="Log in").click()
        answers.append(page.get_by_role("alert").first.inner_text())
        stranger.check_accessible()

    assert answers[0] == answers[1] != ""


def test_refused_form_keeps_what_was_typed(live_cast: Cast, visitor: NewVisitor) -> None:
    rep = visitor().log_in(live_cast.helix.rep)
    page = rep.open("/deals/new/")
    page.get_by_label("End customer").fill("Aster Foods <script>alert(1)</script>")
    page.get_by_label("Deal value").fill("12,5,0")
    page.get_by_label("What have you done so far?").fill("Short")
    page.get_by_role("button", name="Register deal").click()

    expect(page.get_by_label("End customer")).to_have_value("Aster Foods <script>alert(1)</script>")
    expect(page.get_by_label("What have you done so far?")).to_have_value("Short")
    expect(page.get_by_label("Deal value")).to_have_value("12,5,0")
    expect(page.get_by_label("Deal value")).to_have_attribute("aria-invalid", "true")
    assert Registration.objects.count() == 0
    rep.check_accessible()
