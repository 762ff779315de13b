"""What stands on the pages of direct sales, and where they are led to from."""

import pytest
from django.test import Client

from deals.cases.actions import decide_case
from deals.direct.actions import attach_partner
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.direct.selling import account_of, case_at, opportunity, protected, today, touch
from tests.factories import Cast, make_account


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("seller", ["/direct/", "/direct/uplift/"]),
        ("pam", ["/direct/"]),
        ("admin", ["/direct/", "/direct/uplift/"]),
        ("finance", ["/direct/uplift/"]),
        ("executive", ["/direct/", "/direct/uplift/"]),
        ("expert", []),
    ],
)
def test_navigation_leads_there_whoever_may_read_it(cast: Cast, name: str, links: list[str]) -> None:
    page = browser(getattr(cast, name)).get("/notices/").text

    assert [link for link in ("/direct/", "/direct/uplift/") if f'href="{link}"' in page] == links


def test_navigation_of_a_partner_knows_nothing_of_it(cast: Cast) -> None:
    assert "/direct/" not in browser(cast.helix.admin).get("/notices/").text


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/direct/", "No direct opportunities yet"),
        ("/direct/touches/", "No touches yet"),
        ("/direct/cases/", "No cases"),
        ("/direct/uplift/", "Nothing was won in this quarter"),
    ],
)
@pytest.mark.parametrize("name", ["seller", "executive"])
def test_empty_list_says_what_comes_there(cast: Cast, path: str, sentence: str, name: str) -> None:
    assert sentence in browser(getattr(cast, name)).get(path).text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/direct/", "stage=won"),
        ("/direct/touches/", "kind=mail"),
        ("/direct/cases/", "state=breach"),
    ],
)
def test_filters_that_nothing_fits_can_be_cleared(cast: Cast, path: str, query: str) -> None:
    case_at(protected(cast), cast.seller)

    page = browser(cast.seller).get(f"{path}?{query}", headers={"hx-request": "true"}).text

    assert "Clear the filters" in page


def test_page_of_a_customer_shows_each_reader_its_own(cast: Cast) -> None:
    account = make_account()
    opportunity(account, cast.seller, stage="negotiation")
    touch(account, cast.admin, kind="mail")
    url = f"/accounts/{account.public_id}/"

    seller, pam = browser(cast.seller).get(url).text, browser(cast.pam).get(url).text

    assert ("Negotiation" in seller, cast.admin.name in seller) == (True, False)
    assert ("Negotiation" in pam, cast.admin.name in pam) == (True, True)
    assert ("Note a touch" in seller, "Note a touch" in pam) == (True, False)


def test_page_of_an_opportunity_offers_what_may_be_done(cast: Cast) -> None:
    made = opportunity(make_account(), cast.seller)
    url = made.get_absolute_url()

    seller, pam = browser(cast.seller).get(url).text, browser(cast.pam).get(url).text

    for action in ("attach", "close"):
        assert (f"{url}{action}/" in seller, f"{url}{action}/" in pam) == (True, False)
    attach_partner(opportunity=made, partner=cast.orbit.partner, by=cast.seller, now=database_now())
    again = browser(cast.seller).get(url).text
    assert ("Orbit Solutions" in again, f"{url}attach/" in again, f"{url}close/" in again) == (True, False, True)


def test_refused_form_stands_on_the_page_with_its_sentence(cast: Cast) -> None:
    made = opportunity(account_of(protected(cast)), cast.seller)
    client, url = browser(cast.seller), made.get_absolute_url()
    body = {"partner": cast.orbit.organisation.public_id, "part": "co_sell"}

    held = client.post(f"{url}attach/", body)
    unknown = client.post(f"{url}attach/", {"partner": "org_nobody", "part": "co_sell"})
    unsaid = client.post(f"{url}close/", {"stage": "won", "closed_on": today().isoformat()})

    assert (held.status_code, unknown.status_code, unsaid.status_code) == (409, 400, 400)
    assert "the account manager decides the case first" in held.text
    assert "Give the value that was won." in unsaid.text


@pytest.mark.parametrize("action", ["change", "attach", "close"])
def test_who_only_reads_it_changes_nothing(cast: Cast, action: str) -> None:
    made = opportunity(make_account(), cast.seller)

    assert browser(cast.pam).post(f"{made.get_absolute_url()}{action}/", {}).status_code == 403
    assert browser(cast.helix.admin).post(f"{made.get_absolute_url()}{action}/", {}).status_code == 404


def test_case_that_waits_says_what_the_seller_can_do(cast: Cast) -> None:
    case = case_at(protected(cast), cast.seller)
    url = case.get_absolute_url()

    assert "The account manager of the partner decides." in browser(cast.seller).get(url).text
    assert "The account manager of the partner decides." not in browser(cast.pam).get(url).text
    decide_case(case=case, outcome="permitted", reason="Said why.", by=cast.pam, now=database_now())
    decided = browser(cast.seller).get(url).text
    assert ("Said why." in decided, "The account manager of the partner decides." in decided) == (True, False)


def test_file_of_a_case_list_is_offered(cast: Cast) -> None:
    page = browser(cast.pam).get("/direct/cases/?state=open").text

    assert "/direct/cases/export/?state=open" in page


def test_registration_shows_the_house_every_case_and_the_partner_what_concerns_it(cast: Cast) -> None:
    deal = protected(cast)
    first, second = case_at(deal, cast.seller), case_at(deal, cast.seller, kind="meeting")
    decide_case(case=first, outcome="attached", by=cast.pam, now=database_now())

    house = browser(cast.pam).get(deal.get_absolute_url()).text
    partner = browser(cast.helix.admin).get(deal.get_absolute_url()).text

    assert (first.get_absolute_url() in house, second.get_absolute_url() in house) == (True, True)
    assert ("Partner attached" in partner, first.get_absolute_url() in partner) == (True, False)


def test_rival_reads_nothing_of_it_anywhere(cast: Cast) -> None:
    deal = protected(cast)
    case = case_at(deal, cast.seller)
    decide_case(case=case, outcome="breach", reason="Why.", message="Sorry.", by=cast.pam, now=database_now())

    rival = browser(cast.orbit.admin)

    assert rival.get(deal.get_absolute_url()).status_code == 404
    assert rival.get(case.get_absolute_url()).status_code == 404
    assert "Müller" not in rival.get("/notices/").text
