"""Offers over the portal and over the API: entered, moved, imported and taken away."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from deals.marketplace.models import MarketplaceOffer
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.portal.sockets import work_for
from tests.deals.marketplace.making import make_offer
from tests.factories import Cast, make_approved, make_token

HEADER = "deal,marketplace,marketplace_name,offer_id,buyer,amount,currency,expires_on,state,co_sell"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def day(days: int) -> str:
    return (database_now().date() + timedelta(days=days)).isoformat()


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def line(deal: Registration, **changes: str) -> str:
    cells = {"deal": deal.reference, "marketplace": "aws", "marketplace_name": "", "offer_id": "o-1", "buyer": "Acme"}
    cells |= {"amount": "100", "currency": "eur", "expires_on": day(9), "state": "Sent to the buyer", "co_sell": ""}
    return ",".join({**cells, **changes}.values())


def facts() -> list[tuple[str, str, str, str]]:
    rows = MarketplaceOffer.objects.order_by("offer_id", "pk")
    return [(row.offer_id, f"{row.amount:.2f}", row.state, row.co_sell) for row in rows]


def test_partner_enters_changes_and_closes_an_offer_in_the_portal(cast: Cast) -> None:
    deal, client = make_approved(cast.helix), browser(cast.helix.rep)
    assert "Enter an offer" in client.get(deal.get_absolute_url()).text
    posted = {"marketplace": "other", "offer_id": "o-1", "buyer": "Acme", "amount": "1,200", "currency": "EUR"}
    posted |= {"expires_on": day(5), "state": "sent", "co_sell": "none", "form_nonce": "x" * 20}
    new = reverse("marketplace-new", args=[deal.public_id])

    refused = client.post(new, posted)
    assert (refused.status_code, "Say which marketplace it is." in refused.text) == (400, True)
    posted |= {"marketplace_name": "Bazaar"}
    offer_page = client.post(new, posted, follow=True)
    assert "Bazaar" in offer_page.text
    # A second click on the same form.
    assert client.post(new, posted).url == deal.get_absolute_url()
    offer = MarketplaceOffer.objects.get()
    assert offer.get_absolute_url() in client.get(deal.get_absolute_url()).text

    changed = {"buyer": "Acme Ltd", "amount": "1300", "currency": "EUR", "expires_on": day(6), "co_sell": "asked"}
    client.post(reverse("marketplace-change", args=[offer.public_id]), changed)
    for verb, said in (("send", "This offer is now"), ("accept", "Accepted."), ("withdraw", "This offer is now")):
        assert said in client.post(reverse(f"marketplace-{verb}", args=[offer.public_id]), follow=True).text
    assert facts() == [("o-1", "1300.00", "accepted", "asked")]

    form = client.get(reverse("marketplace-change", args=[offer.public_id])).text
    assert ('name="co_sell"' in form, 'name="amount"' in form) == (True, False)
    wrong = client.post(reverse("marketplace-change", args=[offer.public_id]), {"co_sell": "maybe"})
    assert wrong.status_code == 400
    draft = make_offer(deal, cast.helix.rep, state="draft", offer_id="o-2")
    for verb in ("send", "withdraw"):
        client.post(reverse(f"marketplace-{verb}", args=[draft.public_id]))
    assert client.get(reverse("marketplace-change", args=[draft.public_id])).url == draft.get_absolute_url()


def test_who_only_reads_sees_it_and_cannot_act(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    offer = make_offer(deal, cast.helix.rep)
    reader = browser(cast.executive)

    assert "The buyer accepted" not in reader.get(offer.get_absolute_url()).text
    assert reader.post(reverse("marketplace-accept", args=[offer.public_id])).status_code == 403
    assert reader.get(reverse("marketplace-new", args=[deal.public_id])).status_code == 403
    rival = browser(cast.orbit.admin)
    assert rival.get(offer.get_absolute_url()).status_code == 404
    assert "Acme Freight" not in rival.get(reverse("marketplace")).text


def test_last_day_waits_for_the_partner(cast: Cast) -> None:
    deal, now = make_approved(cast.helix), database_now()
    make_offer(deal, cast.helix.rep, buyer="Soon", expires_on=now.date() + timedelta(days=3))
    make_offer(deal, cast.helix.rep, buyer="Later", expires_on=now.date() + timedelta(days=40))
    make_offer(deal, cast.helix.rep, buyer="Draft", state="draft", expires_on=now.date() + timedelta(days=3))

    waiting = {user: [item.title for item in work_for(user, now)] for user in (cast.helix.rep, cast.helix.admin)}

    assert waiting == {cast.helix.rep: ["Soon"], cast.helix.admin: ["Soon"]}
    for user in (cast.helix.engineer, cast.orbit.admin, cast.pam):
        assert "Soon" not in [item.title for item in work_for(user, now)]


def test_list_is_narrowed_and_taken_away(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    make_offer(deal, cast.helix.rep, buyer="Acme", offer_id="o-1")
    make_offer(deal, cast.helix.rep, buyer="Borealis", marketplace="google", state="draft", offer_id="o-2")
    client = browser(cast.pam)
    found = {
        query: [name for name in ("Acme", "Borealis") if f">{name}<" in client.get(f"/marketplace/?{query}").text]
        for query in ("q=acm", "q=O-2", "marketplace=google", "state=sent", "co_sell=none", "state=nonsense")
    }

    assert found == {
        "q=acm": ["Acme"],
        "q=O-2": ["Borealis"],
        "marketplace=google": ["Borealis"],
        "state=sent": ["Acme"],
        "co_sell=none": ["Acme", "Borealis"],
        "state=nonsense": ["Acme", "Borealis"],
    }
    taken = b"".join(client.get("/marketplace/export/?state=draft")).decode()
    assert ("Borealis" in taken, "Acme" in taken) == (True, False)


def test_file_is_looked_at_first_and_imported_then(cast: Cast) -> None:
    deal, client = make_approved(cast.helix), browser(cast.helix.rep)
    make_offer(deal, cast.helix.rep, offer_id="o-1", amount="50.00")
    rows = [line(deal), line(deal, offer_id="o-2", marketplace="Google Cloud Marketplace", co_sell="Approved")]
    url, before = reverse("marketplace-import"), facts()

    checked = client.post(url, {"file": SimpleUploadedFile("offers.csv", file(*rows))})
    assert "2 rows: 1 new, 1 changed, 0 as they were." in checked.text
    assert facts() == before
    carried = {"rows": checked.context["carried"]["rows"].value(), "form_nonce": "n" * 20}
    assert "Imported: 1 new, 1 changed, 0 as they were." in client.post(url, carried, follow=True).text
    assert facts() == [("o-1", "100.00", "sent", "none"), ("o-2", "100.00", "sent", "approved")]
    # A second click, and the same file again.
    assert client.post(url, carried).url == reverse("marketplace")
    again = client.post(url, {"file": SimpleUploadedFile("offers.csv", file(*rows))})
    assert "2 rows: 0 new, 0 changed, 2 as they were." in again.text


def test_each_bad_row_is_named_and_nothing_is_kept(cast: Cast) -> None:
    deal, rival = make_approved(cast.helix), make_approved(cast.orbit)
    rows = [
        line(deal),
        line(deal),
        line(rival, offer_id="o-3"),
        line(deal, offer_id="o-4", marketplace="moon"),
        line(deal, offer_id="o-5", amount="much"),
        line(deal, offer_id="o-6", expires_on="2020-01-01"),
        line(deal, offer_id="o-7", marketplace="other"),
        line(deal, offer_id="o-8", state="expired"),
    ]
    url = reverse("marketplace-import")

    page = browser(cast.helix.rep).post(url, {"file": SimpleUploadedFile("offers.csv", file(*rows))})

    assert page.status_code == 400
    assert [(flaw.row, flaw.field) for flaw in page.context["report"].flaws] == [
        (3, ""),
        (4, "deal"),
        (5, "marketplace"),
        (6, "amount"),
        (7, "expires_on"),
        (8, "marketplace_name"),
        (9, "state"),
    ]
    assert facts() == []
    for given in ({}, {"file": SimpleUploadedFile("x.csv", b"name\nAcme\n")}, {"rows": "deal\n"}):
        assert browser(cast.helix.rep).post(url, given).status_code == 400


def test_file_over_the_api(cast: Cast) -> None:
    deal, client = make_approved(cast.helix), caller(cast.helix.rep)
    url = "/api/v1/marketplace/imports"

    def sent(*rows: str, query: str = "") -> Any:
        return client.post(url + query, file(*rows), content_type="text/csv")

    dry = sent(line(deal), line(deal, offer_id="o-2", buyer=""), query="?dry_run=true")
    assert (dry.status_code, dry.json()["findings"][0]["row"], dry.json()["ids"], facts()) == (201, 3, [], [])
    refused = sent(line(deal), line(deal, offer_id="o-2", buyer=""))
    assert (refused.status_code, refused.json()["errors"]["file"][0][:14]) == (400, "Row 3: buyer: ")
    made = sent(line(deal), line(deal, offer_id="o-2"))
    counts = {name: made.json()[name] for name in ("rows", "new", "changed", "unchanged", "findings")}
    assert counts == {"rows": 2, "new": 2, "changed": 0, "unchanged": 0, "findings": []}
    assert sent(line(deal, amount="120"), line(deal, offer_id="o-2")).json()["changed"] == 1
    # What has no cell stays.
    short = file(f"{deal.public_id},aws,o-1,Acme,130,EUR", header="deal,marketplace,offer_id,buyer,amount,currency")
    assert client.post(url, short, content_type="text/csv").json()["changed"] == 1
    assert facts() == [("o-1", "130.00", "sent", "none"), ("o-2", "100.00", "sent", "none")]
    assert MarketplaceOffer.objects.get(offer_id="o-1").expires_on is not None
    assert client.post(f"{url}?dry_run=perhaps", short, content_type="text/csv").status_code == 400


def test_offer_over_the_api(cast: Cast) -> None:
    deal, client = make_approved(cast.helix), caller(cast.helix.rep)
    body: dict[str, Any] = {"deal": deal.public_id, "marketplace": "aws", "offer_id": "o-1", "buyer": "Acme"}
    body |= {"amount": {"amount": "100.00", "currency": "EUR"}, "expires_on": day(9), "state": "sent"}
    url = "/api/v1/marketplace/offers"

    def post(path: str, given: dict[str, Any]) -> Any:
        return client.post(url + path, json.dumps(given), content_type="application/json")

    made = post("", body)
    assert (made.status_code, made["Location"]) == (201, f"{url}/{made.json()['id']}")
    assert post("", body).status_code == 409
    same = post("/put", body)
    assert same.json() == made.json()
    assert post("/put", {**body, "buyer": "Acme Ltd", "co_sell": "shared"}).json()["co_sell"] == "shared"
    one = f"/{made.json()['id']}"
    changed = client.patch(url + one, json.dumps({"co_sell": "approved"}), content_type="application/json")
    assert (changed.json()["buyer"], changed.json()["co_sell"]) == ("Acme Ltd", "approved")
    assert [post(f"{one}/{verb}", {}).status_code for verb in ("send", "accept", "accept", "withdraw")] == [
        *(409, 200, 409, 409)
    ]
    listed = client.get(f"{url}?state=accepted&marketplace=aws&deal={deal.public_id}").json()
    assert [row["offer_id"] for row in listed["results"]] == ["o-1"]
    assert caller(cast.orbit.rep).get(url + one).status_code == 404


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"deal": "deal_nobody"}, ["deal"]),
        ({"marketplace": "moon"}, ["marketplace"]),
        ({"marketplace": "other"}, ["marketplace_name"]),
        ({"offer_id": "x" * 81}, ["offer_id"]),
        ({"buyer": ""}, ["buyer"]),
        ({"amount": {"amount": "-1", "currency": "EUR"}}, ["amount.amount"]),
        ({"expires_on": "soon"}, ["expires_on"]),
        ({"expires_on": "2020-01-01"}, ["expires_on"]),
        ({"state": "gone"}, ["state"]),
        ({"co_sell": "maybe"}, ["co_sell"]),
        ({"surprise": 1}, ["surprise"]),
    ],
)
def test_bad_bodies_are_refused_at_their_field(cast: Cast, changes: dict[str, Any], fields: list[str]) -> None:
    deal = make_approved(cast.helix)
    body = {"deal": deal.public_id, "marketplace": "aws", "offer_id": "o-1", "buyer": "Acme", "state": "sent"}
    body |= {"amount": {"amount": "100.00", "currency": "EUR"}, "expires_on": day(9), **changes}

    for path in ("", "/put"):
        answer = caller(cast.helix.rep).post(
            f"/api/v1/marketplace/offers{path}", json.dumps(body), content_type="application/json"
        )
        assert (answer.status_code, sorted(answer.json()["errors"])) == (400, fields)
    assert facts() == []
