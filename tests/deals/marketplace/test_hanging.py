"""Where offers show beside their own pages: on the page of the deal, in files, in lists of the API."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deals.decisions.actions import reject
from deals.marketplace.sockets import SHOWN, offers
from deals.registrations.actions import lose
from deals.registrations.models import Registration
from deals.sheet_doors import MOST_SHOWN
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.marketplace.making import make_offer
from tests.factories import Cast, make_approved, make_draft, make_registration, make_token


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def panel(user: User, deal: Registration) -> tuple[int, bool] | None:
    """How many offers it shows and whether it asks for another; None while it stays away."""
    found = offers(user, deal, database_now())
    return None if found is None else (len(found["offers"]), found["may_offer"])


def test_panel_is_there_for_whoever_reads_offers_or_may_enter_them(cast: Cast) -> None:
    empty, busy = make_registration(cast.helix), make_approved(cast.helix)
    for number in range(3):
        make_offer(busy, cast.helix.rep, offer_id=f"o-{number}")
    draft = make_draft(cast.helix, next(iter(cast.products.values())))
    refused, lost = make_registration(cast.helix), make_approved(cast.helix)
    reject(registration=refused, reason="other", message="No.", by=cast.pam, now=database_now())
    make_offer(lost, cast.helix.rep)
    lose(registration=lost, reason="price", by=cast.helix.rep, now=database_now())
    for deal in (refused, lost):
        deal.refresh_from_db()

    readers = {"rep": cast.helix.rep, "marketing": cast.helix.marketing, "pam": cast.pam, "executive": cast.executive}
    shown = {
        name: [panel(user, deal) for deal in (empty, busy, draft, refused, lost)] for name, user in readers.items()
    }

    assert shown == {
        "rep": [(0, True), (3, True), None, None, (1, False)],
        "marketing": [None, (3, False), None, None, (1, False)],
        "pam": [(0, True), (3, True), None, None, (1, False)],
        "executive": [None, (3, False), None, None, (1, False)],
    }


def test_panel_shows_the_latest_and_no_more_than_fit(cast: Cast) -> None:
    deal, now = make_approved(cast.helix), database_now()
    for number in range(SHOWN + 2):
        make_offer(deal, cast.helix.rep, offer_id=f"o-{number}", now=now + timedelta(seconds=number))

    found = offers(cast.helix.rep, deal, now)

    assert found is not None
    assert [row.offer_id for row in found["offers"]] == [f"o-{number}" for number in range(SHOWN + 1, 1, -1)]


def test_file_holds_what_the_list_shows(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    make_offer(deal, cast.helix.rep, offer_id="o-1", marketplace="other", marketplace_name="Bazaar", co_sell="shared")
    make_offer(make_approved(cast.orbit), cast.orbit.rep, offer_id="o-2", state="draft", expires_on=None)

    def rows(user: User) -> list[dict[str, str]]:
        text = b"".join(browser(user).get("/marketplace/export/")).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    both, own = rows(cast.pam), rows(cast.helix.rep)

    assert [row["Offer id"] for row in both] == ["o-2", "o-1"]
    assert [row["Offer id"] for row in own] == ["o-1"]
    named = {name: own[0][name] for name in ("Registration", "Partner", "Marketplace", "State", "Co-sell", "Ended at")}
    assert named == {
        "Registration": deal.reference,
        "Partner": "Helix Systems",
        "Marketplace": "Bazaar",
        "State": "Sent to the buyer",
        "Co-sell": "Shared with their sellers",
        "Ended at": "",
    }
    assert (both[0]["Last day"], both[0]["State"]) == ("", "Draft")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["o-3", "o-2", "o-1"]),
        ("?state=sent", ["o-3", "o-1"]),
        ("?marketplace=google", ["o-2"]),
        ("?co_sell=asked", ["o-3"]),
        ("?offer_id=o-1", ["o-1"]),
        ("?deal=deal_nobody", []),
        ("?state=sent&marketplace=google", []),
    ],
)
def test_list_of_the_api_is_narrowed(cast: Cast, query: str, found: list[str]) -> None:
    deal, rep, now = make_approved(cast.helix), cast.helix.rep, database_now()
    about: list[dict[str, Any]] = [{}, {"marketplace": "google", "state": "draft"}, {"co_sell": "asked"}]
    for number, given in enumerate(about, start=1):
        make_offer(deal, rep, offer_id=f"o-{number}", now=now + timedelta(seconds=number), **given)
    client = Client(headers={"authorization": f"Bearer {make_token(rep)}"})

    answer = client.get(f"/api/v1/marketplace/offers{query}").json()

    assert [row["offer_id"] for row in answer["results"]] == found


def test_page_of_an_import_names_so_many_rows_and_counts_the_rest(cast: Cast) -> None:
    rows = [f"DR-{number},aws,o-{number},Acme,5,EUR" for number in range(MOST_SHOWN + 7)]
    content = "\n".join(["deal,marketplace,offer_id,buyer,amount,currency", *rows]).encode()

    page = browser(cast.helix.rep).post("/marketplace/import/", {"file": SimpleUploadedFile("offers.csv", content)})

    assert page.status_code == 400
    assert (len(page.context["flaws"]), page.context["more"]) == (MOST_SHOWN, 7)
    assert "7 more are not shown." in page.text
    assert page.text.count("There is no registration with this reference.") == MOST_SHOWN


def test_lists_that_are_empty_say_what_comes_there(cast: Cast) -> None:
    client = browser(cast.helix.rep)

    assert "No marketplace offers yet" in client.get("/marketplace/").text
    assert "No offer is like that" in client.get("/marketplace/?q=nobody").text


def test_navigation_leads_there_whoever_reads_deals(cast: Cast) -> None:
    entry = 'href="/marketplace/"'
    people = (cast.helix.rep, cast.helix.marketing, cast.pam, cast.seller, cast.finance, cast.executive)

    for user in people:
        assert entry in browser(user).get("/work/").text, user.email
    assert entry not in browser(cast.expert).get("/work/").text
