"""Registering tells nobody who else is after a customer.

A rep of Helix registers a customer that Orbit holds and has asked for, and one that nobody knows. Until a
human decides, both ways look the same to Helix: statuses, keys, headers, lengths, mails and the work done for them.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from deals.conflicts.actions import assess_pending
from deals.decisions import actions as decisions
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.notices import relay
from tests.access.walking import answer_of
from tests.access.world import World
from tests.factories import deal_values, make_approved, make_registration

# Of the same length, so that nothing but the customer differs.
HELD = {"name": "Alpenglanz Molkerei GmbH", "website": "alpenglanz-molkerei.de", "city": "Kempten"}
FREE = {"name": "Nordwelle Druckerei GmbH", "website": "nordwelle-druckerei.de", "city": "Rostock"}
OWN_WORDS = re.compile("|".join(re.escape(word) for own in (HELD, FREE) for word in own.values()))
CHANCE = re.compile(
    r"(?:deal|evt|ntc)_[2-9a-z]{18}"  # ids
    r"|DR-\d{6}"  # references
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"  # moments
    r"|\b\d\d:\d\d(?::\d\d)?\b|\b\d+ (?:second|minute)s? ago\b|just now"  # … as people read them
    r'|"[\d.]+[0-9a-f]{16,}"'  # digests
)

# The digest of a body, and its length, which the body itself shows: "9 seconds ago" is shorter than "10 seconds ago".
CHANCE_HEADERS = {"ETag", "Content-Length"}


def same(text: str) -> str:
    """What is left when the own words and what chance draws are taken away; lengths stay visible."""
    return CHANCE.sub("*", OWN_WORDS.sub(lambda found: "#" * len(found[0]), text))


@pytest.fixture
def held(world: World) -> World:
    """Orbit is protected for the customer with one product and waits for another."""
    values = {"customer_country": "DE", **{f"customer_{name}": value for name, value in HELD.items()}}
    team, (first, second, _third) = world.orbit.team, world.cast.products.values()
    make_approved(team, first, **values)
    make_registration(team, second, **values)
    settle()
    return world


def settle() -> None:
    """Whatever waits behind a commit is done and delivered."""
    assess_pending()
    while relay.run():
        continue


def ways(world: World, customer: dict[str, str], steps: Any) -> list[tuple[str, Any]]:
    """What Helix sees of a registration of that customer; all of it is undone afterwards."""
    world.browsers.clear()
    mail.outbox.clear()
    with transaction.atomic():
        seen = list(steps(world, customer))
        transaction.set_rollback(True)
    return seen


def told(label: str, response: Any) -> tuple[str, Any]:
    answer = answer_of(response)
    headers = [(name, same(value)) for name, value in answer.headers if name not in CHANCE_HEADERS]
    return label, (answer.status, headers, same(answer.body.decode()))


def over_the_api(world: World, customer: dict[str, str]) -> Iterator[tuple[str, Any]]:
    client = world.caller(world.helix.people["rep"])
    body = api_body(customer)
    with CaptureQueriesContext(connection) as drafting:
        made = client.post("/api/v1/deals", json.dumps(body), content_type="application/json")
    yield told("create", made)
    url = f"/api/v1/deals/{made.json()['id']}"
    with CaptureQueriesContext(connection) as submitting:
        yield told("submit", client.post(f"{url}/submit", content_type="application/json"))
    yield "work", (len(drafting), len(submitting))
    for moment in ("before the check", "after the check"):
        yield from looked_at(world, url, moment)
        settle()
    yield "etag", client.get(url)["ETag"].partition(".")[0]
    yield "mails", mails_to(world)


def looked_at(world: World, url: str, moment: str) -> Iterator[tuple[str, Any]]:
    client, admin = world.caller(world.helix.people["rep"]), world.caller(world.helix.people["admin"])
    public_id = url.rpartition("/")[2]
    for path in (url, f"{url}/timeline", "/api/v1/deals", f"/api/v1/events?subject={public_id}", "/api/v1/metrics"):
        yield told(f"{moment}: {path.replace(public_id, '…')}", client.get(path))
        yield told(f"{moment}: {path.replace(public_id, '…')}, admin", admin.get(path))
    yield told(f"{moment}: findings", client.get(f"{url}/findings"))


def in_the_portal(world: World, customer: dict[str, str]) -> Iterator[tuple[str, Any]]:
    client = world.browser(world.helix.people["rep"])
    with CaptureQueriesContext(connection) as registering:
        made = client.post("/deals/new/", form_body(customer))
    yield told("register", made)
    yield "work", len(registering)
    page = made["Location"]
    for moment in ("before the check", "after the check"):
        for path in (page, "/deals/", "/deals/export/", "/", "/work/", "/notices/", "/search/?q=GmbH"):
            for headers in ({}, {"hx-request": "true"}):
                name = path.replace(page, "/deals/…/")
                yield told(f"{moment}: {name} {headers}", client.get(path, headers=headers))
        settle()
    yield "mails", mails_to(world)


def api_body(customer: dict[str, str]) -> dict[str, Any]:
    return {
        "customer": {"country": "DE", **customer},
        "products": ["fleet-cloud", "route-planner"],
        "value": {"amount": "86400.00", "currency": "EUR"},
        "expected_close": in_a_quarter(),
        "motion": "resale",
        "opportunity": "new",
        "engagement": "independent",
        "work_done": "Two workshops with the head of fleet.",
    }


def form_body(customer: dict[str, str]) -> dict[str, Any]:
    return {
        **{f"customer_{name}": value for name, value in customer.items()},
        **{name: value for name, value in deal_values().items() if name in {"motion", "engagement", "work_done"}},
        "customer_country": "DE",
        "products": ["fleet-cloud", "route-planner"],
        "value": "86400",
        "currency": "EUR",
        "opportunity": "new",
        "expected_close": in_a_quarter(),
        "form_nonce": "a-form-that-is-sent-once",
    }


def in_a_quarter() -> str:
    return (datetime.now(UTC) + timedelta(days=90)).date().isoformat()


def mails_to(world: World) -> list[tuple[str, str]]:
    ours = {user.email for user in world.helix.people.values()}
    mails = [message for message in mail.outbox if ours & set(message.recipients())]
    return sorted((same(message.subject), same(str(message.body))) for message in mails)


@pytest.mark.parametrize("steps", [over_the_api, in_the_portal])
def test_rival_cannot_be_seen_before_a_decision(held: World, steps: Any) -> None:
    free, contested = ways(held, FREE, steps), ways(held, HELD, steps)

    assert [label for label, _seen in contested] == [label for label, _seen in free]
    for (label, seen), (_label, expected) in zip(contested, free, strict=True):
        assert seen == expected, f"{label}: {first_difference(str(expected), str(seen))}"


def test_walk_would_notice_a_difference(held: World) -> None:
    """The control: an own duplicate, which may be told, is told."""
    team = held.helix.team
    values = {"customer_country": "DE", **{f"customer_{name}": value for name, value in FREE.items()}}
    make_registration(team, *held.cast.products.values(), **values)

    assert ways(held, FREE, over_the_api) != ways(held, HELD, over_the_api)


def test_reviewer_sees_what_the_partner_does_not(held: World) -> None:
    deal = registered(held)
    settle()
    kinds = set(deal.findings.values_list("kind", flat=True))

    assert kinds >= {"rival_protection", "earlier_registration"}


def test_refusal_tells_the_rule_and_nothing_of_the_rival(held: World) -> None:
    deal = registered(held)
    settle()
    message = "This customer is protected already."
    decisions.reject(
        registration=deal, reason="already_protected", message=message, by=held.cast.pam, now=database_now()
    )
    client = held.caller(held.helix.people["rep"])
    shown = client.get(f"/api/v1/deals/{deal.public_id}")
    timeline = client.get(f"/api/v1/deals/{deal.public_id}/timeline")
    page = held.browser(held.helix.people["rep"]).get(f"/deals/{deal.public_id}/")
    words = " ".join(answer.content.decode() for answer in (shown, timeline, page))
    rivals = Registration.objects.filter(partner=held.orbit.team.partner)

    assert shown.json()["decision"] | {"decided_at": ""} == {
        "outcome": "",
        "reason": "already_protected",
        "clause": "3.1",
        "message": message,
        "decided_at": "",
    }
    assert held.orbit.team.organisation.name not in words
    assert [rival.reference for rival in rivals if rival.reference in words or rival.public_id in words] == []


def registered(world: World) -> Registration:
    values = {"customer_country": "DE", **{f"customer_{name}": value for name, value in HELD.items()}}
    return make_registration(world.helix.team, *world.cast.products.values(), **values)


def first_difference(one: str, other: str) -> str:
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 60) : at + 60]!r} is not {other[max(0, at - 60) : at + 60]!r}"
