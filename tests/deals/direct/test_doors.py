"""The pages and the API of direct sales: what each side reads, and what a form or a body leads to."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from deals.cases.actions import decide_case
from deals.cases.models import DirectCase
from deals.direct.models import DirectOpportunity, DirectTouch
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.portal.formats import money
from tests.deals.direct.selling import account_of, case_at, opportunity, protected, today, touch
from tests.factories import Cast, make_account, make_token, make_user

SECRETS = ("Helix", "DR-", "86,400", "86400")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_seller_enters_a_touch_and_reads_that_the_customer_is_protected(cast: Cast) -> None:
    account = account_of(protected(cast))
    client = browser(cast.seller)
    first = client.get(f"/direct/touches/new/?account={account.public_id}")
    assert f'value="{account.public_id}"' in first.text

    body = {"account": account.public_id, "kind": "meeting", "on": today().isoformat(), "note": "At the fair"}
    kept = client.post("/direct/touches/new/", body, follow=True)

    assert "a case is opened" in kept.text
    case = DirectCase.objects.get()
    for page in (client.get(case.get_absolute_url()), client.get("/direct/cases/")):
        assert page.status_code == 200
        assert [secret for secret in SECRETS if secret in page.text] == []
    assert client.post(case.get_absolute_url(), {"outcome": "permitted", "reason": "Mine."}).status_code == 403


def test_account_manager_decides_on_the_page_and_the_partner_reads_it(cast: Cast) -> None:
    deal = protected(cast)
    case = case_at(deal, cast.seller)
    pam, url = browser(cast.pam), case.get_absolute_url()
    assert "Helix Systems" in pam.get(url).text
    assert pam.post(url, {"outcome": "breach"}).status_code == 400
    body = {"outcome": "breach", "reason": "Nobody was asked.", "message": "We are sorry."}

    assert pam.post(url, body).status_code == 302
    again = pam.post(url, body)
    assert (again.status_code, "This case is closed: Breach of the protection." in again.text) == (409, True)
    partner = browser(cast.helix.rep).get(deal.get_absolute_url()).text
    assert ("Breach of the protection" in partner, "We are sorry." in partner) == (True, True)
    assert [word for word in ("Nobody was asked.", cast.seller.name) if word in partner] == []
    assert "Breach of the protection" in pam.get(deal.get_absolute_url()).text


def test_open_case_is_not_on_the_page_of_the_partner(cast: Cast) -> None:
    deal = protected(cast)
    case_at(deal, cast.seller)

    assert "Our own sales at this customer" not in browser(cast.helix.admin).get(deal.get_absolute_url()).text
    assert "Our own sales at this customer" in browser(cast.pam).get(deal.get_absolute_url()).text


def test_opportunity_is_entered_changed_attached_and_closed_on_its_pages(cast: Cast) -> None:
    account, client = make_account(external_id="CRM-7"), browser(cast.seller)
    body = {"account": "CRM-7", "stage": "qualified", "value": "1,000", "currency": "EUR", "products": ["telematics"]}
    made = client.post("/direct/new/", body)
    row = DirectOpportunity.objects.get()
    assert (made.url, row.account, row.currency) == (row.get_absolute_url(), account, "EUR")
    url = row.get_absolute_url()

    assert client.get(f"{url}change/").status_code == 200
    client.post(f"{url}change/", {"stage": "proposal", "value": "", "currency": "EUR", "products": []})
    row.refresh_from_db()
    assert (row.stage, row.value, row.currency, row.products.count()) == ("proposal", None, "", 0)
    assert client.post(f"{url}attach/", {"partner": "", "part": "co_sell"}).status_code == 400
    client.post(f"{url}attach/", {"partner": cast.orbit.organisation.public_id, "part": "referral"})
    assert client.post(f"{url}close/", {"stage": "won", "closed_on": today().isoformat()}).status_code == 400
    client.post(f"{url}change/", {"stage": "proposal", "value": "2,000", "currency": "USD"})
    client.post(f"{url}close/", {"stage": "won", "closed_on": today().isoformat(), "value": "2,500"})
    row.refresh_from_db()

    assert (row.stage, row.partner, row.uplift) == ("won", cast.orbit.partner, 50)
    assert money(Decimal(50), "USD") in client.get(url).text
    assert client.post(f"{url}change/", {"stage": "proposal", "currency": "EUR"}).status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/direct/new/", {"account": "nobody", "stage": "qualified", "currency": "EUR"}, "account"),
        ("/direct/new/", {"account": "CRM-7", "stage": "won", "currency": "EUR"}, "stage"),
        ("/direct/new/", {"account": "CRM-7", "stage": "qualified", "currency": "EUR", "value": "x"}, "value"),
        ("/direct/touches/new/", {"account": "CRM-7", "kind": "call", "on": "2000-01-01"}, "on"),
        ("/direct/touches/new/", {"account": "CRM-7", "kind": "dream", "on": "2000-01-01"}, "kind"),
    ],
)
def test_form_says_at_its_field_what_is_wrong(cast: Cast, path: str, body: dict[str, str], field: str) -> None:
    make_account(external_id="CRM-7")

    refused = browser(cast.seller).post(path, body)

    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == [field]
    assert (DirectOpportunity.objects.count(), DirectTouch.objects.count()) == (0, 0)


def test_second_click_enters_nothing(cast: Cast) -> None:
    body = {"account": make_account().public_id, "kind": "call", "on": today().isoformat(), "form_nonce": "x" * 20}
    client = browser(cast.seller)

    assert [client.post("/direct/touches/new/", body).status_code for _click in range(2)] == [302, 302]
    assert DirectTouch.objects.count() == 1


def test_lists_are_narrowed_and_taken_away(cast: Cast) -> None:
    one, other = make_account("Brauerei Oberland"), make_account("Werft Nordsee")
    opportunity(one, cast.seller)
    opportunity(other, cast.admin)
    touch(one, cast.seller, kind="mail")
    touch(other, cast.seller, kind="call")
    pam, seller = browser(cast.pam), browser(cast.seller)

    assert ("Werft" in pam.get("/direct/?q=brau").text, "Brauerei" in pam.get("/direct/?q=brau").text) == (False, True)
    assert "Werft" not in seller.get("/direct/").text
    assert "No opportunity fits" in pam.get("/direct/?stage=won").text
    assert "No opportunity fits" in pam.get("/direct/?partner=with").text
    assert "Werft" not in pam.get("/direct/touches/?kind=mail").text
    assert pam.get("/direct/?stage=dreaming").status_code == 404
    lines = b"".join(seller.get("/direct/touches/export/?kind=call")).decode().splitlines()
    assert (len(lines), "Werft Nordsee" in lines[1]) == (2, True)


def test_touch_is_taken_back_on_its_list_by_its_seller_alone(cast: Cast) -> None:
    noted = touch(make_account(), cast.seller)
    url = f"/direct/touches/{noted.public_id}/withdraw/"
    colleague = make_user("seller2@vendor.example", cast.vendor, "direct_seller")

    assert browser(colleague).post(url).status_code == 404
    assert browser(cast.pam).post(url).status_code == 403
    assert browser(cast.seller).post(url).status_code == 302
    noted.refresh_from_db()
    assert noted.withdrawn_by == cast.seller


def test_api_opens_a_case_that_tells_the_seller_nothing_of_the_partner(cast: Cast) -> None:
    deal = protected(cast)
    seller, pam = caller(cast.seller), caller(cast.pam)
    money = {"amount": "5000.00", "currency": "EUR"}
    made = post(seller, "direct/opportunities", account=account_of(deal).public_id, value=money)
    assert (made.status_code, made.json()["value"], made.json()["uplift"]) == (201, money, None)

    case = seller.get("/api/v1/direct/cases").json()["results"][0]
    assert {"deal", "partner", "message"} & set(case) == set()
    url = f"direct/opportunities/{made.json()['id']}"
    attached = post(seller, f"{url}/attach", partner=cast.helix.organisation.public_id)
    assert attached.status_code == 409
    decided = post(pam, f"direct/cases/{case['id']}/decide", outcome="attached")
    assert (decided.status_code, decided.json()["partner"]) == (200, cast.helix.organisation.public_id)
    won = post(seller, f"{url}/close", stage="won", closed_on=today().isoformat())
    assert won.json()["uplift"] == {"amount": "100.00", "currency": "EUR"}
    assert seller.get(f"/api/v1/direct/cases/{case['id']}").json()["deal"] == deal.public_id


def test_api_changes_only_what_is_given(cast: Cast) -> None:
    made = opportunity(make_account(), cast.seller, cast.products["telematics"])
    seller, url = caller(cast.seller), f"/api/v1/direct/opportunities/{made.public_id}"
    body = {"stage": "proposal", "value": {"amount": "10.00", "currency": "EUR"}}

    first = seller.patch(url, body, content_type="application/json").json()
    second = seller.patch(url, {"value": None, "products": []}, content_type="application/json").json()

    assert (first["stage"], first["products"]) == ("proposal", ["telematics"])
    assert (second["stage"], second["value"], second["products"]) == ("proposal", None, [])


def test_seller_who_sells_with_the_partner_reads_its_name(cast: Cast) -> None:
    case = case_at(protected(cast), cast.seller)
    client = browser(cast.seller)
    assert "Helix" not in client.get(case.get_absolute_url()).text

    decide_case(case=case, outcome="attached", by=cast.pam, now=database_now())

    assert "Helix Systems" in client.get(case.get_absolute_url()).text
