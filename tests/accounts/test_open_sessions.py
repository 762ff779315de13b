"""A browser and a key that are in use: what happens at the very next request after something has changed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Account
from prm.accounts import actions
from prm.accounts.models import Invitation, Membership, Organisation, User
from prm.accounts.resets import promise_reset, reset_path
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.factories import PASSWORD, Cast, join, make_draft, make_token

NEW_PASSWORD = "a different horse altogether"
HTMX = {"HX-Request": "true"}


def log_in(user: User) -> Client:
    """By the form, as a person does."""
    client = Client()
    assert client.post("/auth/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user, ended_at=None)


def remove(user: User, by: User) -> None:
    actions.end_membership(membership=membership_of(user), by=by, now=database_now())


def demote(user: User, by: User) -> None:
    actions.change_roles(membership=membership_of(user), roles=["support"], by=by, now=database_now())


def deactivate(user: User, by: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


Change = Callable[[User, User], None]


@pytest.fixture
def second(cast: Cast) -> User:
    """Another admin of Helix, who is about to lose something."""
    user = cast.helix.rep
    Membership.objects.filter(user=user).update(roles=["partner_admin"])
    return User.objects.get(pk=user.pk)


def reached(browser: Client, key: Client) -> list[int]:
    """How far an admin of a partner gets: with a page, a fragment, a file and a call of the browser, and with a key."""
    return [
        browser.get("/people/").status_code,
        browser.get("/people/", headers=HTMX).status_code,
        browser.get("/deals/export/").status_code,
        browser.get("/api/v1/events").status_code,
        key.get("/api/v1/events").status_code,
        key.get("/api/v1/deals").status_code,
    ]


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (remove, [403, 403, 403, 403, 401, 401]),
        (demote, [403, 403, 403, 403, 403, 200]),
        # A fragment is told where to log in; the page in the browser follows.
        (deactivate, [302, 200, 302, 401, 401, 401]),
    ],
)
def test_next_request_of_an_open_browser_and_key_is_refused(
    cast: Cast, second: User, change: Change, after: list[int]
) -> None:
    browser, key = log_in(second), caller(second)
    before = reached(browser, key)

    change(second, cast.helix.admin)

    assert before == [200] * 6
    assert reached(browser, key) == after


def test_fragment_of_a_closed_login_leads_to_the_login_and_shows_nothing(cast: Cast, second: User) -> None:
    browser = log_in(second)
    deactivate(second, cast.helix.admin)

    answer = browser.get("/people/", headers=HTMX)

    assert (answer["HX-Redirect"].partition("?")[0], answer.content) == (reverse("account_login"), b"")


def inviting(cast: Cast) -> tuple[str, dict[str, Any]]:
    return "/people/invite/", {"email": "friend@elsewhere.example", "roles": ["partner_admin"]}


def registering(cast: Cast) -> tuple[str, dict[str, Any]]:
    draft = make_draft(cast.helix)
    return f"/deals/{draft.public_id}/discard/", {}


def making_a_key(cast: Cast) -> tuple[str, dict[str, Any]]:
    return "/profile/tokens/", {"name": "for later", "days": "0", "password": PASSWORD}


@pytest.mark.parametrize("form", [inviting, registering, making_a_key])
@pytest.mark.parametrize("change", [remove, deactivate])
def test_form_that_was_open_meanwhile_does_nothing(cast: Cast, second: User, change: Change, form: Any) -> None:
    browser, (path, given) = log_in(second), form(cast)
    change(second, cast.helix.admin)
    before = [cast.helix.partner.registrations.count(), Invitation.objects.count(), second.api_tokens.count()]

    answer = browser.post(path, given)

    assert answer.status_code == (302 if change is deactivate else 403)
    assert answer.headers.get("Location", "/auth/login/").startswith("/auth/login/")
    after = [cast.helix.partner.registrations.count(), Invitation.objects.count(), second.api_tokens.count()]
    assert after == before


@pytest.mark.parametrize("form", [inviting, registering, making_a_key])
def test_same_form_does_something_while_nothing_has_changed(cast: Cast, second: User, form: Any) -> None:
    """The control."""
    browser, (path, given) = log_in(second), form(cast)
    before = [cast.helix.partner.registrations.count(), Invitation.objects.count(), second.api_tokens.count()]

    browser.post(path, given)

    after = [cast.helix.partner.registrations.count(), Invitation.objects.count(), second.api_tokens.count()]
    assert after != before


def test_role_of_the_vendor_that_is_taken_away_closes_the_customers(cast: Cast) -> None:
    browser, key = log_in(cast.admin), caller(cast.admin)
    boss = User.objects.get(pk=cast.executive.pk)
    Membership.objects.filter(user=boss).update(roles=["programme_admin"])
    before = browser.get("/accounts/").status_code

    actions.change_roles(
        membership=membership_of(cast.admin), roles=["expert"], by=User.objects.get(pk=boss.pk), now=database_now()
    )
    browser.post("/accounts/new/", {"name": "Acme", "country": "DE"})
    key.post("/api/v1/accounts", {"name": "Acme"}, content_type="application/json")

    assert (before, browser.get("/accounts/").status_code, key.get("/api/v1/accounts").status_code) == (200, 403, 403)
    assert Account.objects.count() == 0


def test_key_of_a_former_membership_stays_dead_in_the_next_one(cast: Cast) -> None:
    rep = cast.helix.rep
    old = caller(rep)
    remove(rep, cast.helix.admin)
    join(rep, Organisation.objects.get(pk=cast.helix.organisation.pk), "sales_rep")

    assert old.get("/api/v1/me").status_code == 401
    assert caller(User.objects.get(pk=rep.pk)).get("/api/v1/me").status_code == 200


def change_password(_client: Client, user: User, here: Client) -> None:
    given = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post(reverse("account_change_password"), given).status_code == 302


def reset_password(client: Client, user: User, _here: Client) -> None:
    promise_reset(user, database_now())
    form = client.get(reset_path(Notice.objects.latest("pk")), follow=True)
    path = form.redirect_chain[-1][0]
    assert client.post(path, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302


@pytest.mark.parametrize(("how", "stays"), [(change_password, 200), (reset_password, 302)])
def test_new_password_ends_every_other_browser(cast: Cast, how: Any, stays: int) -> None:
    """A reset by mail ends the one that asked for it too: whoever sits there gives the new password."""
    user = cast.helix.rep
    here, elsewhere = log_in(user), [log_in(user) for _ in range(2)]
    stranger = log_in(cast.helix.admin)

    how(Client(), user, here)

    assert [client.get("/").status_code for client in elsewhere] == [302, 302]
    assert [client.get("/api/v1/me").status_code for client in elsewhere] == [401, 401]
    assert (here.get("/").status_code, stranger.get("/").status_code) == (stays, 200)


def test_session_that_was_planted_is_worth_nothing_after_the_login(cast: Cast) -> None:
    victim, thief = Client(), Client()
    session = victim.session
    session["planted"] = True
    session.save()
    thief.cookies["session"] = session.session_key or ""
    victim.cookies["session"] = session.session_key or ""

    victim.post("/auth/login/", {"login": cast.helix.rep.email, "password": PASSWORD})

    assert victim.cookies["session"].value != session.session_key
    assert (victim.get("/").status_code, thief.get("/").status_code) == (200, 302)
    assert thief.get("/api/v1/me").status_code == 401


def test_every_login_has_a_session_of_its_own(cast: Cast) -> None:
    first, second = log_in(cast.helix.rep), log_in(cast.helix.rep)
    first.post("/auth/logout/")

    assert first.cookies["session"].value != second.cookies["session"].value
    assert (first.get("/").status_code, second.get("/").status_code) == (302, 200)
