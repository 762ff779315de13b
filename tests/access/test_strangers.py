"""What belongs to another organisation answers exactly like what does not exist."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail

from deals.registrations.models import RegistrationQuerySet
from prm.accounts import views as people_views
from prm.accounts.models import Membership, Organisation
from prm.audit.models import EventQuerySet
from prm.notices.models import NoticeQuerySet
from tests.access.table import WAYS
from tests.access.walking import Answer, client_for, digest, send, strange_questions
from tests.access.world import World
from tests.house.routes import own_routes

# How many of Orbit's things of a kind each role tries: all of them where visibility has a rule of its own.
ROLES = {"admin": 10, "engineer": 10, "rep": 2, "colleague": 2, "support": 2, "marketing": 2}


def told_apart(world: World, role: str) -> Iterator[str]:
    """Questions of that person of Helix whose answer betrays that Orbit has such a thing."""
    user = world.helix.people[role]
    nothings: dict[tuple[str, str], Answer] = {}
    for question in strange_questions(world, world.orbit, most=ROLES[role]):
        client = client_for(world, user, question.route)
        key = (question.method, question.nothing)
        if key not in nothings:
            nothings[key] = question.ask(client, question.nothing)
        theirs = question.ask(client, question.theirs)
        if theirs != nothings[key] or (question.route.names and theirs.status not in {403, 404, 405}):
            yield f"{question}: {theirs.status}, not {nothings[key].status}"


def test_every_route_is_in_the_table() -> None:
    assert {route.name for route in own_routes()} ^ set(WAYS) == set()


def test_arguments_of_the_table_fit_the_routes() -> None:
    counts = {route.name: len(route.names) for route in own_routes()}

    assert {name: len(way.arguments) for name, way in WAYS.items()} == counts


@pytest.mark.parametrize("role", ROLES)
def test_rivals_things_do_not_exist(world: World, role: str) -> None:
    before = digest()

    assert list(told_apart(world, role)) == []
    assert digest() == before
    assert mail.outbox == []


@pytest.mark.parametrize("role", ["admin", "rep"])
def test_own_things_do_exist(world: World, role: str) -> None:
    """The same walk over the own ids finds plenty: it is able to find something."""
    user = world.helix.people[role]
    found = {
        question.route.name
        for question in strange_questions(world, world.helix)
        if question.method == "GET" and question.route.names
        if send(client_for(world, user, question.route), "GET", question.theirs, question.route).status_code == 200
    }

    assert found >= {"api-deal", "api-deal-timeline", "deal", "deal-edit", "deal-answer"}


Filter = tuple[object, str, Callable[..., Any]]
FILTERS: dict[str, Filter] = {
    "registrations": (RegistrationQuerySet, "_visible_to_partner", lambda self, user: self),
    "notices": (NoticeQuerySet, "visible_to", lambda self, user: self),
    "people": (people_views, "people_visible_to", lambda user: Membership.objects.filter(ended_at=None)),
    "events": (EventQuerySet, "visible_to", lambda self, user: self),
    "organisations": (Organisation.objects.none().__class__, "visible_to", lambda self, user: self),
}


@pytest.mark.parametrize("name", FILTERS)
def test_walk_notices_one_missing_filter(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    owner, attribute, unfiltered = FILTERS[name]
    monkeypatch.setattr(owner, attribute, unfiltered)

    assert next(told_apart(world, "admin"), None) is not None
