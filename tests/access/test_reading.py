"""Who only reads changes nothing, and reading changes nothing."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from prm.accounts.models import User
from tests.access.table import WAYS
from tests.access.walking import PREFIXES, UNSAFE, client_for, digest, methods_of, send
from tests.access.world import Side, World
from tests.house.routes import Route, own_routes

# Everybody's own: the profile, keys, saved views, what was read, and coming and going.
ONES_OWN = {
    *("second-steps", "second-step-app", "second-step-key", "second-step-codes", "second-step-remove"),
    *("mfa_authenticate", "profile", "tokens", "logins-end", "notices-read", "csp-report"),
    *("notice-choices", "api-me-notifications", "deal-messages-read", "filters", "announcement-dismiss"),
    *("library-favourite", "api-library-favourite"),
    *("account_login", "account_logout", "account_signup", "account_change_password", "account_reset_password"),
    *("account_reset_password_from_key", "receipts"),
}


def addresses(route: Route, sides: list[Side]) -> list[str]:
    kinds = [kind for kind in WAYS[route.name].arguments if kind in PREFIXES]
    if kinds:
        return [reverse(route.name, args=[public_id]) for side in sides for public_id in side.ids(kinds[0])]
    return [] if route.names else [reverse(route.name)]


def unsafe_requests(world: World, user: User) -> Iterator[tuple[Route, str, str]]:
    """Whatever a route takes is tried on everything, whatever it does not take on one thing."""
    for route in own_routes():
        taken = methods_of(route, world.browser(user))
        for number, url in enumerate(addresses(route, [world.helix, world.orbit])):
            yield from ((route, method, url) for method in UNSAFE if number == 0 or method in taken)


def test_executive_changes_nothing(world: World) -> None:
    user = world.cast.executive
    before = digest()
    let_in = [
        f"{method} {url}: {response.status_code}"
        for route, method, url in unsafe_requests(world, user)
        if route.name not in ONES_OWN
        for response in [send(client_for(world, user, route), method, url, route)]
        if response.status_code not in {403, 404, 405}
    ]

    assert let_in == []
    assert digest() == before


@pytest.mark.parametrize("who", ["programme admin", "executive", "pam", "partner admin", "rep"])
def test_reading_changes_nothing(world: World, who: str) -> None:
    people = {
        "programme admin": world.cast.admin,
        "executive": world.cast.executive,
        "pam": world.cast.pam,
        "partner admin": world.helix.people["admin"],
        "rep": world.helix.people["rep"],
    }
    before = digest()
    broken = []
    for route in own_routes():
        if "GET" in methods_of(route, world.browser(people[who])):
            for url in addresses(route, [world.helix]):
                response = send(client_for(world, people[who], route), "GET", url, route)
                broken += [url] if response.status_code >= 500 else []

    assert broken == []
    assert digest() == before


def test_walk_notices_a_reader_who_may_write(world: World) -> None:
    """The control: the same walk as a programme admin is let in."""
    before = digest()
    for route in own_routes():
        if route.name == "api-deal-reject":
            for url in addresses(route, [world.helix]):
                send(client_for(world, world.cast.admin, route), "POST", url, route)

    assert digest() != before
