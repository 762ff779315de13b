"""Selling together beside what else happens to a deal: teams, search, lists of deals, rules that change."""

from datetime import timedelta
from decimal import Decimal

from django.http import QueryDict
from django.test import Client

from deals.cosell import actions
from deals.cosell.models import CoSell
from deals.cosell.sockets import for_partners, for_sellers
from deals.registrations import actions as registrations
from deals.registrations.listing import LISTING as DEALS
from deals.registrations.reading import visible_by_id
from deals.registrations.selectors import calendar_of
from deals.rulebook import SCHEMA, DealRules
from deals.sockets import decisions_waiting, search, subjects
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.policy.actions import publish
from prm.policy.selectors import values_of
from tests.deals.cosell.asking import active, add, ask, asked, fresh, step
from tests.factories import Cast, make_approved, make_registration, make_token


def test_seller_finds_the_deal_wherever_deals_are_found(cast: Cast) -> None:
    found = active(cast)
    deal, seller = found.registration, cast.seller
    caller = Client(headers={"authorization": f"Bearer {make_token(seller)}"})
    browser = Client()
    browser.force_login(seller)

    def everywhere() -> list[bool]:
        one = visible_by_id(seller, deal.public_id)
        return [
            [hit.url for hit in search(seller, deal.reference, 5)] == [deal.get_absolute_url()],
            list(subjects(seller, [deal.public_id])) == [deal.public_id],
            [row.pk for row in DEALS.found(seller, QueryDict(""))] == [deal.pk],
            one is not None and one.pk == deal.pk,
            browser.get(deal.get_absolute_url()).status_code == 200,
            browser.get(f"{deal.get_absolute_url()}messages/").status_code == 200,
            caller.get(f"/api/v1/deals/{deal.public_id}/timeline").status_code == 200,
            caller.get(f"/api/v1/deals?reference={deal.reference}").status_code in (200, 400),
        ]

    assert everywhere() == [True] * 8
    actions.end(found=found, result="done", by=seller, now=database_now())
    assert everywhere() == [*[False] * 7, True]


def test_seller_reads_neither_findings_nor_margin_nor_what_is_internal(cast: Cast) -> None:
    """Selling together is no account manager's desk: the rival stays unnamed."""
    values = {"customer_name": "Streit Logistik", "customer_website": "streit-logistik.de"}
    make_approved(cast.orbit, cast.products["telematics"], **values)
    deal = make_registration(cast.helix, cast.products["telematics"], **values)
    actions.accept(found=ask(deal, cast.helix.rep), person=cast.seller, by=cast.pam, now=database_now())
    browser = Client()
    browser.force_login(cast.seller)
    page = browser.get(deal.get_absolute_url()).text

    assert "Selling together" in page
    assert "Orbit" not in page
    assert browser.get(f"{deal.get_absolute_url()}findings/").status_code == 403
    for verb in ("approve", "reject", "ask"):
        assert browser.post(f"{deal.get_absolute_url()}{verb}/").status_code == 403
    for verb in ("win", "lose", "withdraw"):
        assert browser.post(f"{deal.get_absolute_url()}{verb}/").status_code == 403


def test_panel_offers_asks_and_leads_to_what_is_open(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    offered = f"{deal.get_absolute_url()}co-sell/"

    def page(user: User) -> str:
        browser = Client()
        browser.force_login(user)
        return browser.get(deal.get_absolute_url()).text

    for user, may in ((cast.helix.rep, True), (cast.pam, True), (cast.helix.marketing, False), (cast.executive, False)):
        assert (offered in page(user)) is may
    found = ask(deal, cast.helix.rep)
    for user in (cast.helix.rep, cast.pam, cast.helix.marketing, cast.executive):
        text = page(user)
        assert (found.get_absolute_url() in text, offered in text) == (True, False)
    registrations.lose(registration=deal, reason="price", by=cast.helix.rep, now=database_now())
    assert found.get_absolute_url() not in page(cast.helix.rep)


def test_days_to_answer_are_those_of_the_rules_in_force(cast: Cast) -> None:
    """A request keeps the version that it was made under."""
    now = database_now()
    first = asked(cast, now=now)
    rules = DealRules(co_sell_business_days=5).model_dump(mode="json")
    publish(schema=SCHEMA, values=rules, effective_from=now + timedelta(seconds=1), by=cast.admin, now=now)
    later = now + timedelta(minutes=1)
    second = asked(cast, now=later)

    assert first.due_at == calendar_of(cast.helix.partner, now).due(now, 2)
    assert second.due_at == calendar_of(cast.helix.partner, later).due(later, 5)
    assert [values_of(row.policy, DealRules).co_sell_business_days for row in (first, second)] == [2, 5]


def test_work_is_bounded_and_most_urgent_first(cast: Cast) -> None:
    found = active(cast)
    for days in (9, 3, 6):
        add(found, cast.helix.rep, step("vendor", days=days, text=f"In {days} days"))
        add(found, cast.pam, step("partner", days=days, text=f"In {days} days"))
    now = database_now()
    due = {side: [row.due_at for row in found.steps.filter(side=side)] for side in ("vendor", "partner")}

    assert [item.due_at for item in for_sellers(cast.seller, now, 50)] == due["vendor"]
    assert [item.due_at for item in for_sellers(cast.seller, now, 2)] == due["vendor"][:2]
    assert [item.due_at for item in for_partners(cast.helix.rep, now, 50)] == due["partner"]
    assert for_partners(cast.helix.marketing, now, 50) == []
    assert for_partners(cast.seller, now, 50) == for_sellers(cast.pam, now, 50) == []
    assert for_sellers(cast.expert, now, 50) == for_sellers(cast.helix.rep, now, 50) == []
    actions.hand_over(found=fresh(found), person=cast.pam, by=cast.pam, now=now)
    assert for_sellers(cast.seller, now, 50) == []
    mine = [item for item in decisions_waiting(cast.pam, now, 50) if item.url == found.get_absolute_url()]
    assert [item.due_at for item in mine] == due["vendor"]
    assert {item.what for item in mine} == {f"Your next step in selling together on {found.registration.reference}"}


def test_engineer_who_is_named_finds_the_steps_in_the_own_work(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    registrations.share(registration=deal, colleague=cast.helix.engineer, by=cast.helix.rep, now=database_now())
    found = ask(deal, cast.helix.rep, person=cast.helix.engineer, steps=[step("partner")])
    assert for_partners(cast.helix.engineer, database_now(), 5) == []
    actions.accept(found=found, person=cast.seller, by=cast.pam, now=database_now())

    (item,) = for_partners(cast.helix.engineer, database_now(), 5)
    assert (item.title, item.url, item.who) == (deal.customer_name, found.get_absolute_url(), "Helix Systems")


def test_terms_and_place_in_line_are_what_they_were(cast: Cast) -> None:
    """Selling together moves neither: what is earned is settled by the approval alone."""
    deal = make_approved(cast.helix)
    before = (deal.priority_at, deal.priority_number, deal.terms, deal.state, deal.engagement, deal.version)
    found = actions.accept(found=ask(deal, cast.helix.rep), person=cast.seller, by=cast.pam, now=database_now())
    deal.refresh_from_db()

    assert (deal.priority_at, deal.priority_number, deal.terms, deal.state, deal.engagement, deal.version) == before
    won = registrations.win(
        registration=deal,
        closed_on=database_now().date(),
        early_reason="Signed at once.",
        by=cast.helix.rep,
        now=database_now(),
    )
    assert won.won_value == Decimal("86400.00")
    assert (fresh(found).state, fresh(found).result) == ("ended", "won")
    assert CoSell.objects.open().count() == 0
