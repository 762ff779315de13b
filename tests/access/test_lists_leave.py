"""Every list of the portal can be taken away, as CSV and as a workbook. A new one that forgets it fails here."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponseBase, QueryDict
from django.test import Client
from django.urls import resolve, reverse

from deals.replays.actions import replay
from deals.rulebook import SCHEMA as RULES
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.policy.selectors import version_in_force
from prm.portal.listings import LISTINGS
from tests.access.table import WAYS
from tests.access.walking import body_of
from tests.access.world import World
from tests.house.routes import Route, own_routes

LIST = re.compile(rb'<table|<ul class="notices')
ADDRESS = re.compile(rb'(?:href|formaction)="([^"]*)"')
# What looks like a list and is none, or is a look into one that has a page of its own; by page, how many of them.
OTHERS = {
    "home": 1,  # the first of my work
    "people": 1,  # the open invitations, which are few
    "exports": 1,  # they are files already
    "filters": 2,  # views of lists that are files themselves: one's own, and the colleagues'
    "profile": 1,  # where the person is logged in
    "status": 1,  # what runs by itself
    "certificates": 1,  # how many of the list end in which month
    "punctuality": 1,  # the own figures and the programme's are one file
    "payments": 1,  # the accounts that wait to be confirmed, which are few
    "earnings": 2,  # the same entries by month, and by deal
    "insight": 2,  # the figures behind the two charts
}
# They stand on the page of one thing, and are tried there.
OF_ONE = {"mapping-accounts-export", "policy-acknowledgements-export", "replay-differences-export", "statement-export"}
# No table: a card for each role.
WITHOUT_TABLE = {"roles"}
CSV, WORKBOOK = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pages(client: Client) -> Iterator[tuple[Route, bytes]]:
    """Pages that this person can open without knowing an id."""
    for route in own_routes():
        if not (route.is_api or route.names) and route.guard in {"member", "requires"}:
            response = client.get(reverse(route.name))
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                yield route, response.content


def offers(page: bytes) -> set[str]:
    """Addresses of workbooks on the page."""
    found = [unescape(address.decode()) for address in ADDRESS.findall(page)]
    return {address for address in found if "file=xlsx" in address}


def as_csv(address: str) -> str:
    return re.sub(r"[?&]file=xlsx", "", address)


def taken(client: Client, address: str) -> HttpResponseBase:
    response = client.get(address)
    return response if response.status_code != 405 else client.post(address)


@pytest.fixture
def people(world: World) -> list[User]:
    """Between them they can open everything. One notice was given up, and each has been told something."""
    mine = [world.cast.admin, world.cast.pam, world.helix.people["admin"], world.helix.people["marketing"]]
    now = world.helix.submitted.created_at
    for number, user in enumerate(mine):
        parked = now if number == 0 else None
        Notice.objects.create(
            key=f"told-{number}", kind="x", user=user, title="Told", created_at=now, due_at=now, parked_at=parked
        )
    return mine


def test_every_list_offers_both_kinds_of_file(world: World, people: list[User]) -> None:
    seen, lacking = set(), []
    for user in people:
        for route, page in pages(world.browser(user)):
            if (listing := LISTINGS.get(route.name)) is not None and not listing.is_open_to(user):
                continue
            lists = len(LIST.findall(page)) - OTHERS.get(route.name, 0) + (route.name in WITHOUT_TABLE)
            if lists > 0:
                seen.add(route.name)
            if lists > len(offers(page)):
                lacking.append(f"{route.name} for {user}: {lists} lists, {len(offers(page))} offered")

    assert lacking == []
    assert seen >= {"deals", "accounts", "partners", "people", "audit", "status", "notices", "roles", "insight", "work"}
    assert seen >= {"account-imports", "profile"}


def test_what_is_offered_is_given(world: World, people: list[User]) -> None:
    given: dict[str, tuple[str, str]] = {}
    for user in people:
        client = world.browser(user)
        for _route, page in pages(client):
            for address in offers(page):
                files = [taken(client, one) for one in (as_csv(address), address)]
                bodies = [body_of(one) for one in files]
                assert all(len(body) > 10 for body in bodies)
                given[resolve(urlsplit(address).path).url_name] = (files[0]["Content-Type"], files[1]["Content-Type"])

    exports = {route.name for route in own_routes() if route.name.endswith("-export")}
    assert set(given) == exports - OF_ONE
    assert set(given.values()) == {(CSV, WORKBOOK)}


def test_findings_of_an_import_leave_as_both(world: World) -> None:
    given = world.helix.account_import
    given.findings.create(row=2, field="name", sentence="This must not be empty.")
    client = world.browser(world.cast.admin)
    address = reverse("account-import-findings", args=[given.public_id])
    page = client.get(given.get_absolute_url()).content

    assert offers(page) == {f"{address}?file=xlsx"}
    assert [taken(client, one)["Content-Type"] for one in (address, f"{address}?file=xlsx")] == [CSV, WORKBOOK]


def test_every_list_names_its_columns_once() -> None:
    doubled = {listing.name for listing in LISTINGS if len(set(listing.header)) != len(listing.header)}

    assert len(LISTINGS.names()) > 7
    assert doubled == set()


def test_cells_are_as_many_as_the_columns(world: World, people: list[User]) -> None:
    """For everybody whom the list is open to."""
    odd, seen = [], set()
    now = database_now()
    replay(version=version_in_force(RULES, now), by=world.cast.admin, now=now)
    general = [LISTINGS[name] for name in LISTINGS.names() if f"{name}-export" not in OF_ONE]
    for listing in general:
        for user in people:
            if listing.is_open_to(user):
                rows = list(listing.cells(listing.found(user, QueryDict()), user))
                odd += [(listing.name, len(row)) for row in rows if len(row) != len(listing.header)]
                seen |= {listing.name for _row in rows}

    assert odd == []
    assert seen == {listing.name for listing in general}


def test_addresses_of_files_are_known_to_the_walks() -> None:
    assert {route.name for route in own_routes() if route.name.endswith("-export")} - set(WAYS) == set()


@pytest.mark.parametrize("page", [b"<table><tr>", b'<ul class="notices" data-rows>'])
def test_control_list_without_a_file_is_found_out(page: bytes) -> None:
    assert len(LIST.findall(page)) > len(offers(page))
