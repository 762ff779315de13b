"""Doors that few people come to, and how the nouns of this room are named."""

from io import StringIO

import pytest
from allauth.account.adapter import get_adapter
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from prm.accounts import actions
from prm.accounts.attempts import attempt
from prm.accounts.models import ApiToken, AttemptWindow, Invitation, Membership, User
from prm.clocks.database import database_now
from prm.notices.relay import sign
from tests.factories import Cast, make_user


def test_nouns_are_named_without_telling_names(cast: Cast) -> None:
    team, now = cast.helix, database_now()
    given = {"email": "new@helix.example", "roles": ["support"]}
    invitation = actions.invite(organisation=team.organisation, **given, by=team.admin, now=now)
    token, secret = actions.create_token(user=team.rep, name="CRM", by=team.rep, now=now)
    attempt("probe", limit=1, window_seconds=60)
    membership = Membership.objects.get(user=team.rep)

    assert str(invitation) == invitation.public_id
    assert str(membership) == f"{team.rep.pk} in {team.organisation.pk}"
    assert str(token) == f"CRM ({secret[:10]}…)"
    assert str(AttemptWindow.objects.get(key="probe")) == "probe: 1"


def test_login_library_is_told_that_nobody_signs_up() -> None:
    request = RequestFactory().get("/auth/login/")

    assert get_adapter(request).is_open_for_signup(request) is False


@pytest.mark.django_db
def test_admin_who_is_invited_already_is_not_invited_again() -> None:
    call_command("invite_admin", "ada@vendor.example", vendor="Northwind", stdout=StringIO())

    with pytest.raises(CommandError, match="has an open invitation already"):
        call_command("invite_admin", "ADA@vendor.example", vendor="Northwind", stdout=StringIO())

    assert Invitation.objects.count() == 1


def test_token_that_is_revoked_twice_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    token, _secret = actions.create_token(user=cast.helix.rep, name="CRM", by=cast.helix.rep, now=database_now())

    answers = [client.post(f"/profile/tokens/{token.public_id}/revoke/") for _ in range(2)]
    said = [str(message) for message in get_messages(answers[1].wsgi_request)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/profile/")] * 2
    assert said == ["The token no longer works.", "This token is revoked already."]
    assert ApiToken.objects.get().revoked_by == cast.helix.rep


def test_newcomer_without_a_password_is_asked_for_one(client: Client, cast: Cast) -> None:
    given = {"email": "new@helix.example", "roles": ["support"], "by": cast.helix.admin, "now": database_now()}
    invitation = actions.invite(organisation=cast.helix.organisation, **given)
    path = f"/invitations/{invitation.public_id}/"

    page = client.post(f"{path}?key={sign(path)}", {"name": "Tom Berg"})

    assert list(page.context["form"].errors) == ["password"]
    assert 'value="Tom Berg"' in page.text
    assert not User.objects.filter(email="new@helix.example").exists()


def test_person_without_an_organisation_finds_an_empty_frame(client: Client, db: None) -> None:
    client.force_login(make_user("loner@example.com", None))

    page = client.get("/deals/")

    assert (page.status_code, page.context["shell"].navigation, page.context["shell"].unread) == (403, [], 0)
