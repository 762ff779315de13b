"""Tokens and sessions: who gets in, and that nobody stays in."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prm.accounts import actions
from prm.accounts.models import ApiToken, Organisation, User
from prm.clocks.database import database_now
from tests.api.conftest import API, bearer, person, secret_of

pytestmark = pytest.mark.django_db

ME = f"{API}/me"


def ask(authorization: str) -> Any:
    return Client(headers={"authorization": authorization}).get(ME)


def test_token_opens(admin: User) -> None:
    assert ask(f"Bearer {secret_of(admin)}").status_code == 200
    assert ask(f"bearer  {secret_of(admin)} ").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer prm_" + "a" * 43,
        "Bearer " + "é" * 9,
        "Bearer " + "x" * 9000,
        "Token x",
        "Basic eDp5",
        "Bearer a b c",
    ],
)
def test_anything_else_is_401_with_a_challenge(admin: User, authorization: str) -> None:
    answer = ask(authorization)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_token_in_the_address_is_not_looked_at(admin: User) -> None:
    secret = secret_of(admin)
    assert Client().get(ME, {"token": secret, "access_token": secret}).status_code == 401


def test_stored_digest_is_no_token(admin: User) -> None:
    secret_of(admin)
    assert ask(f"Bearer {ApiToken.objects.get().secret_hash}").status_code == 401


def test_revoked_token_is_refused_on_the_next_request(admin: User) -> None:
    client = bearer(admin)
    assert client.get(ME).status_code == 200
    actions.revoke_token(token=ApiToken.objects.get(), by=admin, now=database_now())
    assert client.get(ME).status_code == 401


def test_expired_token_is_refused(admin: User) -> None:
    now = database_now()
    past, future = now - timedelta(seconds=1), now + timedelta(minutes=1)
    _token, old = actions.create_token(user=admin, name="old", by=None, now=now, expires_at=past)
    _token, young = actions.create_token(user=admin, name="young", by=None, now=now, expires_at=future)
    assert ask(f"Bearer {old}").status_code == 401
    assert ask(f"Bearer {young}").status_code == 200


def test_deactivated_person_is_refused(admin: User) -> None:
    client, portal = bearer(admin), Client()
    portal.force_login(admin)
    User.objects.update(is_active=False)
    assert (client.get(ME).status_code, portal.get(ME).status_code) == (401, 401)


def test_person_who_left_is_refused(admin: User, helix: Organisation) -> None:
    client, portal = bearer(admin), Client()
    portal.force_login(admin)
    admin.memberships.update(ended_at=database_now())
    assert (client.get(ME).status_code, portal.get(ME).status_code) == (401, 403)


def test_demoted_person_loses_the_right_on_the_next_request(admin: User, helix: Organisation) -> None:
    client = bearer(admin)
    body = {"name": "One"}
    assert client.post(f"{API}/things", body, content_type="application/json").status_code == 201
    admin.memberships.update(roles=["support"])
    assert client.post(f"{API}/things", body, content_type="application/json").status_code == 403


def test_use_is_remembered_at_most_once_a_minute(admin: User) -> None:
    client = bearer(admin)
    client.get(ME)
    first = ApiToken.objects.get().last_used_at
    client.get(ME)
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    client.get(ME)
    used = ApiToken.objects.get().last_used_at
    assert used is not None
    assert used > first


def test_session_reads_without_and_writes_only_with_the_csrf_token(admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    assert client.get(ME).status_code == 200
    body = b'{"name": "Mine"}'
    for content_type in (
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=B",
    ):
        answer = client.post(f"{API}/things", body, content_type=content_type)
        assert answer.status_code in {400, 403}
        assert answer["Content-Type"] == "application/problem+json"
    client.cookies["csrf"] = "a" * 32
    answer = client.post(f"{API}/things", body, content_type="application/json", headers={"x-csrftoken": "a" * 32})
    assert answer.status_code == 201
    assert Organisation.objects.filter(name="Mine").count() == 1


def test_token_needs_no_csrf(admin: User) -> None:
    client = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {secret_of(admin)}"})
    assert client.post(f"{API}/things", {"name": "T"}, content_type="application/json").status_code == 201


def test_wrong_token_is_not_saved_by_a_session(admin: User) -> None:
    client = Client(headers={"authorization": "Bearer prm_wrong"})
    client.force_login(admin)
    assert client.get(ME).status_code == 401


def test_answers_are_private_and_vary(as_admin: Client) -> None:
    answer = as_admin.get(ME)
    assert answer["Cache-Control"] == "private, no-cache"
    assert {part.strip() for part in answer["Vary"].split(",")} >= {"Authorization", "Cookie"}


def test_queries_of_a_request_with_a_token(admin: User, django_assert_num_queries: Any) -> None:
    client = bearer(admin)
    client.get(ME)
    with django_assert_num_queries(2):  # token with its person, and both limits
        client.get(ME)


def test_two_people_never_share(helix: Organisation, orbit: Organisation) -> None:
    first, second = bearer(person(helix, "sales_rep")), bearer(person(orbit, "sales_rep"))
    names = [client.get(ME).json()["organisation"]["name"] for client in (first, second, first)]
    assert names == ["Helix", "Orbit", "Helix"]
