"""Rights that have ended are refused at the next request, whatever was open before."""

from collections.abc import Callable

import pytest
from django.test import Client

from prm.accounts import actions
from prm.accounts.models import Membership, User
from prm.clocks.database import database_now
from tests.access.world import World


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user, ended_at=None)


def end_membership(world: World, user: User) -> None:
    actions.end_membership(membership=membership_of(user), by=world.helix.people["admin"], now=database_now())


def deactivate(_world: World, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def statuses(browser: Client, caller: Client) -> tuple[int, int]:
    return browser.get("/deals/").status_code, caller.get("/api/v1/deals").status_code


@pytest.mark.parametrize(("end", "refused"), [(end_membership, (403, 401)), (deactivate, (302, 401))])
def test_ended_person_is_refused_at_once(
    world: World, end: Callable[[World, User], None], refused: tuple[int, int]
) -> None:
    user = world.helix.people["rep"]
    browser, caller = world.browser(user), world.caller(user)
    before = statuses(browser, caller)

    end(world, user)

    assert before == (200, 200)
    assert statuses(browser, caller) == refused


def test_revoked_token_is_refused_at_once(world: World) -> None:
    user = world.helix.people["rep"]
    caller = world.caller(user)
    before = caller.get("/api/v1/me").status_code

    actions.revoke_token(token=user.api_tokens.get(), by=user, now=database_now())

    assert (before, caller.get("/api/v1/me").status_code) == (200, 401)


def test_expired_token_is_refused_at_once(world: World) -> None:
    user = world.helix.people["rep"]
    caller = world.caller(user)
    user.api_tokens.update(expires_at=database_now())

    assert caller.get("/api/v1/me").status_code == 401


def test_demoted_person_reads_less_at_once(world: World) -> None:
    user = world.helix.people["rep"]
    browser, caller = world.browser(user), world.caller(user)
    deal = world.helix.asked
    addresses = (f"/deals/{deal.public_id}/", f"/api/v1/deals/{deal.public_id}")
    before = (browser.get(addresses[0]).status_code, caller.get(addresses[1]).status_code)

    actions.change_roles(
        membership=membership_of(user), roles=["support"], by=world.helix.people["admin"], now=database_now()
    )

    assert before == (200, 200)
    assert (browser.get(addresses[0]).status_code, caller.get(addresses[1]).status_code) == (404, 404)


def test_person_who_changes_sides_leaves_everything_behind(world: World) -> None:
    user = world.helix.people["rep"]
    browser, caller = world.browser(user), world.caller(user)
    deal = world.helix.draft

    end_membership(world, user)
    Membership.objects.create(
        user=user, organisation=world.orbit.team.organisation, roles=["sales_rep"], created_at=database_now()
    )

    assert browser.get(f"/deals/{deal.public_id}/").status_code == 404
    # Tokens end with the membership they were made in.
    assert caller.get(f"/api/v1/deals/{deal.public_id}").status_code == 401


def test_logged_out_session_is_worth_nothing(world: World) -> None:
    browser = world.browser(world.helix.people["rep"])
    key = browser.cookies["session"].value

    browser.post("/auth/logout/")
    thief = Client()
    thief.cookies["session"] = key

    assert thief.get("/deals/").status_code == 302
