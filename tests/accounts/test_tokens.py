"""API tokens: shown once, kept as a fingerprint, gone when revoked."""

import hashlib
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from prm.accounts.models import ApiToken, Membership, User
from prm.audit.models import Event
from prm.clocks.database import database_now
from tests.factories import PASSWORD, Cast

NEW = "/profile/tokens/"
SECRET = re.compile(r"prm_[A-Za-z0-9_-]{43}")


def create(client: Client, **changes: str):
    return client.post(NEW, {"name": "Nightly export", "days": "90", "password": PASSWORD, **changes})


def test_secret_is_shown_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    (secret,) = SECRET.findall(create(client).text)
    profile = client.get("/profile/").text

    assert secret not in profile
    assert secret[:10] in profile


def test_database_keeps_a_fingerprint_alone(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    (secret,) = SECRET.findall(create(client).text)
    token = ApiToken.objects.get()
    stored = {str(value) for value in ApiToken.objects.values_list()[0]}

    assert token.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert [value for value in stored if secret[10:] in value] == []


def test_token_opens_the_api(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    (secret,) = SECRET.findall(create(client).text)
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 200


def test_answer_with_the_secret_is_kept_by_no_cache(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)

    assert create(client)["Cache-Control"] == "private, no-store"


def test_open_session_alone_makes_no_token(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    page = create(client, password="not my password")

    assert "This is not your password." in page.text
    assert "not my password" not in page.text
    assert ApiToken.objects.count() == 0


def test_guesses_at_the_password_are_limited(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    for number in range(10):
        create(client, password=f"guess {number}")
    page = create(client)

    assert "Too many attempts" in page.text
    assert ApiToken.objects.count() == 0


def test_second_click_makes_no_second_token(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    nonce = client.get(NEW).context["form"]["form_nonce"].value()
    first, second = create(client, form_nonce=nonce), create(client, form_nonce=nonce)

    assert (first.status_code, second.status_code) == (200, 302)
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(("days", "lasts"), [("30", timedelta(days=30)), ("365", timedelta(days=365)), ("0", None)])
def test_token_lasts_as_long_as_chosen(client: Client, cast: Cast, days: str, lasts: timedelta | None) -> None:
    client.force_login(cast.helix.rep)
    create(client, days=days)
    token = ApiToken.objects.get()

    assert (token.expires_at and token.expires_at - token.created_at) == lasts


def test_unknown_duration_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    create(client, days="99999")

    assert ApiToken.objects.count() == 0


def test_revoked_token_is_refused_at_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    (secret,) = SECRET.findall(create(client).text)
    token = ApiToken.objects.get()
    client.post(f"/profile/tokens/{token.public_id}/revoke/")

    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert token.name not in client.get("/profile/").text
    assert Event.objects.get(kind="token.revoked").actor_id == cast.helix.rep.pk


def test_token_of_a_colleague_is_not_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    create(client)
    token = ApiToken.objects.get()
    other = Client()
    other.force_login(cast.helix.admin)
    token_page = other.post(f"/profile/tokens/{token.public_id}/revoke/")
    token.refresh_from_db()

    assert (token_page.status_code, token.revoked_at) == (404, None)


def test_command_prints_the_token_alone(cast: Cast) -> None:
    out = StringIO()
    call_command("create_token", cast.helix.rep.email.upper(), stdout=out)
    secret = out.getvalue().strip()

    assert SECRET.fullmatch(secret)
    assert out.getvalue() == f"{secret}\n"
    assert ApiToken.objects.get().user == cast.helix.rep


def test_command_names_an_unknown_address(db: None) -> None:
    with pytest.raises(CommandError, match=r"Nobody logs in as nobody@example\.com"):
        call_command("create_token", "nobody@example.com", stdout=StringIO())


def test_command_refuses_a_person_who_has_left(cast: Cast) -> None:
    Membership.objects.filter(user=cast.helix.rep).update(ended_at=database_now())

    with pytest.raises(CommandError, match="belongs to no organisation"):
        call_command("create_token", cast.helix.rep.email, stdout=StringIO())


def test_command_refuses_a_closed_login(cast: Cast) -> None:
    User.objects.filter(pk=cast.helix.rep.pk).update(is_active=False)

    with pytest.raises(CommandError, match="Nobody logs in as"):
        call_command("create_token", cast.helix.rep.email, stdout=StringIO())
