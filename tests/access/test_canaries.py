"""Nothing of a rival is anywhere: pages, fragments, answers, exports, mails and notices are read like a spy would."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from deals.registrations.models import RegistrationQuerySet
from prm.accounts import listing as people_listing
from prm.accounts.models import Membership, User
from prm.audit.models import Event
from prm.notices.models import Notice
from prm.threads.models import MessageQuerySet
from tests.access.canaries import CANARY
from tests.access.table import WAYS
from tests.access.walking import PREFIXES, body_of, methods_of
from tests.access.world import World
from tests.house.routes import own_routes

# A role reads a hundred and fifty pages, each in three ways.
pytestmark = pytest.mark.timeout(400)

ROLES = ("admin", "rep", "engineer", "marketing")
LINK = re.compile(r'(?:href|hx-get|src)="([^"#]+)')
# Enough for every kind of page, not for every page of a kind.
MOST_PAGES = 150


def starting_points(world: World, user: User) -> Iterator[str]:
    """Every GET route with the own ids, each also as a filter for the rival's things."""
    probe = world.browser(user)
    for route in own_routes():
        way = WAYS[route.name]
        if "GET" not in methods_of(route, probe) or route.name in {"account_logout", "docs", "schema"}:
            continue
        kinds = [kind for kind in way.arguments if kind in PREFIXES]
        if kinds:
            yield from (reverse(route.name, args=[public_id]) for public_id in world.helix.ids(kinds[0]))
        elif not way.arguments:
            yield reverse(route.name)
            yield from (f"{reverse(route.name)}?{query}" for query in way.queries if "{" not in query)


def pages(world: World, user: User) -> Iterator[tuple[str, str]]:
    """What the person can get hold of, links followed, as a page and as a fragment: (address, everything told)."""
    waiting, seen = list(starting_points(world, user)), set()
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        client = world.caller(user) if url.startswith("/api/") else world.browser(user)
        told = everything(client, url)
        yield url, told
        waiting += [link for link in links_of(url, told) if link not in seen]


def everything(client: Client, url: str) -> str:
    """Status line, headers and body, of the page, its fragment and its head."""
    parts = []
    for method, headers in (("GET", {}), ("GET", {"hx-request": "true"}), ("HEAD", {})):
        response = client.generic(method, url, headers=headers)
        parts.append(f"{response.headers}\n{body_of(response).decode(errors='replace')}")
    return "\n".join(parts)


def links_of(url: str, told: str) -> list[str]:
    found = [urlsplit(urljoin(url, link.replace("&amp;", "&"))) for link in LINK.findall(told)]
    return [
        f"{link.path}?{link.query}" if link.query else link.path
        for link in found
        if not link.netloc and not link.path.startswith(("/static/", "/auth/logout"))
    ]


def traces(world: World, told: str) -> set[str]:
    """What of Orbit stands in a text: a canary, an id or a reference."""
    low = told.lower()
    words = re.findall(rf"\w*{CANARY}\w*", low)
    ids = [public_id for kind in PREFIXES for public_id in world.orbit.ids(kind)]
    references = [deal.reference for deal in world.orbit.deals]
    # The word that was searched for may be told again.
    return ({word for word in words if word != CANARY}) | {name for name in (*ids, *references) if name.lower() in low}


def found_in_pages(world: World, user: User) -> Iterator[tuple[str, set[str]]]:
    for url, told in pages(world, user):
        found = traces(world, told)
        if found:
            yield url, found


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_of_a_rival(world: World, role: str) -> None:
    assert list(found_in_pages(world, world.helix.people[role])) == []


def test_crawl_reads_what_is_there(world: World) -> None:
    """The same spy finds every canary when it works for Orbit."""
    told = "".join(told for _url, told in pages(world, world.orbit.people["admin"]))

    for deal in world.orbit.deals:
        assert deal.customer_name in told
        assert deal.reference in told
    assert world.orbit.team.organisation.name in told


def test_crawl_notices_a_missing_filter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RegistrationQuerySet, "_visible_to_partner", lambda self, user: self)

    assert next(found_in_pages(world, world.helix.people["rep"]), None) is not None


def test_crawl_notices_internal_messages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"thread__subject_type": "deal"}
    monkeypatch.setattr(MessageQuerySet, "visible_to", lambda self, user, subject: self.filter(**said))

    assert next(found_in_pages(world, world.helix.people["rep"]), None) is not None


def test_crawl_notices_missing_filter_of_people(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_listing, "people_visible_to", lambda user: Membership.objects.filter(ended_at=None))

    assert next(found_in_pages(world, world.helix.people["admin"]), None) is not None


def test_no_mail_tells_of_a_rival(world: World) -> None:
    addresses = {user.email for user in world.helix.people.values()}
    told = [
        f"{message.subject}\n{message.body}\n{message.extra_headers}\n{getattr(message, 'alternatives', '')}"
        for message in world.mails
        if addresses & set(message.recipients())
    ]

    assert len(told) > 3
    assert [traces(world, text) for text in told if traces(world, text)] == []


def test_no_mail_goes_to_two_organisations(world: World) -> None:
    sides = [{user.email for user in side.people.values()} for side in (world.helix, world.orbit)]
    mixed = [message.subject for message in world.mails if all(side & set(message.recipients()) for side in sides)]

    assert len(world.mails) > 6
    assert mixed == []
    assert all(len(message.recipients()) == 1 for message in world.mails)


def test_notices_stay_in_their_organisation(world: World) -> None:
    notices = Notice.objects.filter(user__in=world.helix.people.values())
    told = [f"{notice.title} {notice.body} {notice.path} {notice.key}" for notice in notices]

    assert len(told) > 3
    assert [traces(world, text) for text in told if traces(world, text)] == []


def test_events_stay_in_their_organisation(world: World) -> None:
    admin = world.helix.people["admin"]
    told = [f"{event.subject_id} {event.data}" for event in Event.objects.visible_to(admin)]

    assert len(told) > 5
    assert [traces(world, text) for text in told if traces(world, text)] == []


def test_events_hold_no_names(world: World) -> None:
    """History stays true when a person is forgotten: ids, codes and numbers alone."""
    told = " ".join(str(event.data) for event in Event.objects.all()).lower()
    people = [*world.orbit.people.values(), *world.helix.people.values(), *world.cast.vendor_staff]

    assert CANARY not in told
    assert [user.email for user in people if user.email in told or user.name.lower() in told] == []


def test_nothing_is_sent_while_pages_are_read(world: World) -> None:
    mail.outbox.clear()
    list(pages(world, world.helix.people["marketing"]))

    assert mail.outbox == []
