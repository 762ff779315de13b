"""A list without rows says what would stand in it, and offers what the reader may do about it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from partners.models import Account
from prm.accounts.actions import end_membership
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from tests.deals.portal.reading import html
from tests.factories import Cast


def page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    return html(client.get(path))


def person(cast: Cast, who: str) -> User:
    found: Any = cast
    for name in who.split("."):
        found = getattr(found, name)
    return found


NOTHING_MATCHES = {
    "/deals/?q=nothing": ("helix.rep", "Nothing matches"),
    "/accounts/?q=nothing": ("admin", "No customer is like that"),
    "/partners/?q=nothing": ("admin", "No partner is like that"),
    "/people/?q=nothing": ("admin", "Nobody found"),
    "/audit/?subject=deal_nothing": ("admin", "No such events"),
}


@pytest.mark.parametrize("path", NOTHING_MATCHES)
def test_what_nothing_matches_offers_to_clear_the_filters(cast: Cast, path: str) -> None:
    who, title = NOTHING_MATCHES[path]
    told = page(person(cast, who), path)
    everything = path.partition("?")[0] + "?view=all"

    assert title in told
    assert f'href="{everything}">Clear the filters</a>' in told
    assert title not in page(person(cast, who), everything)


@pytest.mark.parametrize("query", ["?cursor=", "?view=all", "?q=&country=", "?nothing=1"])
def test_address_that_narrows_nothing_is_no_filter(cast: Cast, query: str) -> None:
    told = page(cast.admin, f"/accounts/{query}")

    assert "No customers yet" in told
    assert "Clear the filters" not in told


@pytest.mark.parametrize(
    ("path", "who", "title", "offered"),
    [
        ("/deals/", "helix.rep", "Register your first deal", "/deals/new/"),
        ("/deals/", "helix.engineer", "Nothing is shared with you yet", ""),
        ("/deals/", "pam", "No registrations yet", ""),
        ("/accounts/", "admin", "No customers yet", "/accounts/imports/"),
        ("/accounts/", "seller", "No customers yet", "/accounts/new/"),
        ("/accounts/", "pam", "No customers yet", ""),
        ("/notices/", "helix.rep", "Nothing to tell you yet", "/work/"),
        ("/filters/", "helix.rep", "No views yet", ""),
        ("/profile/", "helix.rep", "No tokens yet", "/profile/tokens/"),
        ("/work/", "helix.marketing", "Nothing waits for you", ""),
        ("/accounts/imports/", "admin", "Nothing was imported yet", ""),
    ],
)
def test_nothing_yet_offers_what_the_reader_may(cast: Cast, path: str, who: str, title: str, offered: str) -> None:
    assert not Account.objects.exists()
    empty = page(person(cast, who), path).partition('<div class="empty">')[2].partition("</div>")[0]

    assert f"<h2>{title}</h2>" in empty
    assert (f'href="{offered}"' in empty) if offered else ("<a " not in empty)


@pytest.mark.parametrize(("who", "offered"), [("admin", True), ("executive", False)])
def test_programme_without_partners_begins_with_one(cast: Cast, who: str, offered: bool) -> None:
    for team in (cast.helix, cast.orbit):
        team.partner.delete()
    told = page(person(cast, who), "/partners/")

    assert "No partners yet" in told
    assert ('primary" href="/partners/new/">New partner</a>' in told.partition('class="empty"')[2]) is offered


def test_log_without_events_says_so(cast: Cast) -> None:
    Event.objects.all().delete()

    assert "Nothing has happened yet" in page(cast.admin, "/audit/")


def test_partner_without_registrations_and_people(cast: Cast) -> None:
    team = cast.helix
    for user in (team.rep, team.engineer, team.marketing, team.admin):
        end_membership(membership=user.membership, by=cast.admin, now=database_now())
    told = page(cast.admin, f"/partners/{team.organisation.public_id}/")

    assert "What this partner registers stands here" in told
    assert "Nobody has joined yet" in told
    assert f'href="/people/invite/?organisation={team.organisation.public_id}">Invite somebody</a>' in told


def test_day_of_printing_stands_above_the_page(cast: Cast) -> None:
    told = page(cast.pam, "/deals/").partition('class="print-head"')[2].partition("</p>")[0]

    assert "Northwind Partners" in told
    assert str(datetime.now(UTC).year) in told
