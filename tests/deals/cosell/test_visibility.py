"""Our seller reads the deal for as long as both sell together, the partner reads what is its own, a rival nothing."""

from datetime import timedelta

import pytest
from django.test import Client

from deals.cases.models import DirectCase
from deals.conversations import can_write, find, participants, subject_of
from deals.cosell import actions
from deals.cosell.models import CoSell
from deals.direct.actions import add_touch
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from prm.portal.sockets import work_for
from tests.deals.cosell.asking import active, add, ask, asked, fresh, step
from tests.factories import Cast, make_approved, make_registration, make_token, make_user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reads(user: User, found: CoSell) -> tuple[bool, bool, int, int]:
    """As the QuerySets say, as the page answers, and as the API does."""
    deal = found.registration
    row = Registration.objects.visible_to(user).filter(pk=deal.pk)
    caller = Client(headers={"authorization": f"Bearer {make_token(user)}"})
    return (
        row.exists(),
        CoSell.objects.visible_to(user).filter(pk=found.pk).exists(),
        browser(user).get(found.get_absolute_url()).status_code,
        caller.get(f"/api/v1/deals/{deal.public_id}").status_code,
    )


NOTHING, EVERYTHING = (False, False, 404, 404), (True, True, 200, 200)


def test_seller_reads_the_deal_from_the_yes_to_the_end(cast: Cast) -> None:
    found = asked(cast, by=cast.pam, person=cast.seller)
    other = make_user("seller2@vendor.example", cast.vendor, "direct_seller")

    assert reads(cast.seller, found) == NOTHING
    actions.accept(found=found, by=cast.helix.rep, now=database_now())
    assert (reads(cast.seller, found), reads(other, found)) == (EVERYTHING, NOTHING)
    actions.hand_over(found=fresh(found), person=other, by=cast.pam, now=database_now())
    assert (reads(cast.seller, found), reads(other, found)) == (NOTHING, EVERYTHING)
    actions.end(found=fresh(found), result="done", by=cast.helix.rep, now=database_now())
    assert (reads(cast.seller, found), reads(other, found)) == (NOTHING, NOTHING)


def test_row_is_there_once_whatever_was_before(cast: Cast) -> None:
    """Several that are over, and the customer is the seller's own as well."""
    deal = make_approved(cast.helix)
    for _ in range(2):
        found = actions.accept(found=ask(deal, cast.helix.rep), person=cast.seller, by=cast.pam, now=database_now())
        actions.end(found=found, result="done", by=cast.pam, now=database_now())
    actions.accept(found=ask(deal, cast.helix.rep), person=cast.seller, by=cast.pam, now=database_now())
    assert deal.account is not None
    deal.account.owner = cast.seller
    deal.account.save()

    assert list(Registration.objects.visible_to(cast.seller)) == [deal]
    assert CoSell.objects.visible_to(cast.seller).count() == 3


def test_rivals_strangers_and_drafts(cast: Cast) -> None:
    """The rival is after the same customer, and sells together with the same seller."""
    values = {"customer_name": "Streit Logistik", "customer_website": "streit-logistik.de"}
    mine, theirs = (ask(make_registration(team, **values), team.rep) for team in (cast.helix, cast.orbit))
    people = [cast.helix.admin, cast.helix.marketing, cast.orbit.rep, cast.finance, cast.expert, cast.executive]
    seen = {user.email: set(CoSell.objects.visible_to(user)) for user in people}

    assert seen == {
        cast.helix.admin.email: {mine},
        cast.helix.marketing.email: {mine},
        cast.orbit.rep.email: {theirs},
        cast.finance.email: set(),
        cast.expert.email: set(),
        cast.executive.email: {mine, theirs},
    }
    for found in (mine, theirs):
        actions.accept(found=found, person=cast.seller, by=cast.pam, now=database_now())
    page = browser(cast.helix.rep).get("/co-sell/").text
    assert mine.registration.reference in page
    assert theirs.registration.reference not in page
    assert "Orbit" not in browser(cast.helix.rep).get(mine.get_absolute_url()).text


def test_seller_takes_part_in_the_conversation_while_it_lasts(cast: Cast) -> None:
    found = active(cast)
    subject = subject_of(found.registration)

    assert find(cast.seller, subject.id) is not None
    assert [can_write(user, subject) for user in (cast.seller, cast.executive)] == [True, False]
    assert [user.email for user in participants(subject)] == [
        cast.helix.rep.email,
        cast.pam.email,
        cast.seller.email,
    ]
    cast.seller.memberships.update(ended_at=database_now(), ended_by=cast.admin)
    assert cast.seller not in participants(subject)
    actions.end(found=fresh(found), result="done", by=cast.helix.rep, now=database_now())
    assert not can_write(cast.seller, subject)


def test_seller_who_sells_together_opens_no_case_and_reads_by_whom_it_is_protected(cast: Cast) -> None:
    """Another seller at the same customer does open one, and reads nobody's name."""
    deal = make_approved(cast.helix)
    other = make_user("seller2@vendor.example", cast.vendor, "direct_seller")
    assert deal.account is not None
    before = add_touch(
        account=deal.account,
        kind="call",
        on=local_date(database_now(), "Europe/Berlin"),
        by=cast.seller,
        now=database_now(),
    )
    case = before.cases.get()
    url = f"/direct/cases/{case.public_id}/"
    assert "Helix" not in browser(cast.seller).get(url).text
    actions.accept(found=ask(deal, cast.helix.rep), person=cast.seller, by=cast.pam, now=database_now())

    assert "Helix" in browser(cast.seller).get(url).text
    for seller, cases in ((cast.seller, 0), (other, 1)):
        touch = add_touch(
            account=deal.account,
            kind="meeting",
            on=local_date(database_now(), "Europe/Berlin"),
            by=seller,
            now=database_now(),
        )
        assert touch.cases.count() == cases
    theirs = DirectCase.objects.get(seller=other)
    assert "Helix" not in browser(other).get(f"/direct/cases/{theirs.public_id}/").text


def test_what_waits_stands_in_the_work_of_whom_it_waits_for(cast: Cast) -> None:
    to_vendor = asked(cast)
    to_partner = asked(cast, by=cast.pam)
    found = active(cast)
    add(found, cast.helix.rep, step("vendor", days=3))
    add(found, cast.pam, step("partner", days=4))
    steps = {row.side: row for row in found.steps.all()}
    now = database_now() + timedelta(seconds=1)

    def waiting(user: User) -> list[tuple[str, object]]:
        return [(item.url, item.due_at) for item in work_for(user, now) if item.url.startswith("/co-sell/")]

    asks = (to_vendor.get_absolute_url(), to_vendor.due_at), (to_partner.get_absolute_url(), to_partner.due_at)
    todo = {side: (found.get_absolute_url(), row.due_at) for side, row in steps.items()}
    assert waiting(cast.pam) == [asks[0]]
    assert waiting(cast.seller) == [todo["vendor"]]
    assert sorted(waiting(cast.helix.rep)) == sorted([asks[1], todo["partner"]])
    assert waiting(cast.helix.admin) == [asks[1]]
    for stranger in (cast.pam2, cast.admin, cast.executive, cast.orbit.admin, cast.helix.marketing):
        assert waiting(stranger) == []


def test_owner_of_the_customer_is_asked_in_the_own_work(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    assert deal.account is not None
    deal.account.owner = cast.seller
    deal.account.save()
    found = ask(deal, cast.helix.rep)

    assert [item.url for item in work_for(cast.seller, database_now())] == [found.get_absolute_url()]


@pytest.mark.parametrize("who", ["rep", "pam", "seller"])
def test_pages_lead_from_the_deal_to_the_end(cast: Cast, who: str) -> None:
    """Ask, accept, note, tick off, hand over and end on the pages alone, with what each may do offered to it."""
    deal, rep, pam = make_approved(cast.helix), browser(cast.helix.rep), browser(cast.pam)
    if who != "rep":
        return _as_vendor(cast, deal, who)
    url = f"{deal.get_absolute_url()}co-sell/"
    assert url in rep.get(deal.get_absolute_url()).text
    assert "Say for at least one role" in rep.post(url, {"help": "technical", "message": "Please."}).text
    lacking = {"steps_0_text": "Demo", "steps_0_side": "vendor", "role_lead": "partner"}
    body = {"help": "technical", "message": "A demo, please.", "person": cast.helix.rep.public_id, **lacking}
    refused = rep.post(url, body)
    assert (refused.status_code, "Say until when." in refused.text) == (400, True)
    body["steps_0_due_on"] = step("vendor").due_on.isoformat()
    found = CoSell.objects.get(pk=rep.post(url, body, follow=True).context["found"].pk)
    again = rep.post(url, body)
    assert (again.status_code, rep.get(url).url) == (409, deal.get_absolute_url())
    page = found.get_absolute_url()
    assert f"{page}withdraw/" in rep.get(page).text
    assert f"{page}accept/" not in rep.get(page).text
    assert pam.post(f"{page}accept/", {"person": cast.seller.public_id}, follow=True).status_code == 200
    assert rep.post(f"{page}add-step/", {"text": "", "side": "partner"}).status_code == 400
    body = {"text": "Send the data", "side": "partner", "due_on": step("partner").due_on.isoformat()}
    assert rep.post(f"{page}add-step/", body).url == page
    row = found.steps.get(side="partner")
    assert rep.post(f"{page}step-done/", {"step": row.public_id}).url == page
    row.refresh_from_db()
    assert row.done_by == cast.helix.rep
    assert rep.post(f"{page}end/", {"result": "done", "text": "Ordered."}).url == page
    text = rep.get(page).text
    assert "Ordered." in text
    assert f"{page}end/" not in text
    return None


def _as_vendor(cast: Cast, deal: Registration, who: str) -> None:
    """The seller's way out of what is handed over leads to the list."""
    pam, rep = browser(cast.pam), browser(cast.helix.rep)
    found = ask(deal, cast.pam, person=cast.seller)
    page = found.get_absolute_url()
    if who == "pam":
        assert rep.post(f"{page}decline/", {"reason": "other"}).status_code == 400
        assert rep.post(f"{page}decline/", {"reason": "too_early"}).url == page
        assert "Too early" in pam.get(page).text
        assert pam.post(f"{page}withdraw/").url == page
        return
    rep.post(f"{page}accept/", {"person": cast.helix.admin.public_id})
    seller = browser(cast.seller)
    assert seller.get(page).status_code == 200
    assert "end/" in seller.get(page).text
    assert pam.post(f"{page}hand-over/", {"person": cast.pam.public_id}).url == page
    assert seller.get(page).status_code == 404
    assert seller.get("/co-sell/").status_code == 200
    pam.post(f"{page}hand-over/", {"person": cast.seller.public_id})
    assert seller.post(f"{page}end/", {"result": "stopped"}).url == "/co-sell/"
