"""How people come in: by a signed link that is good once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from prm.accounts import actions
from prm.accounts.models import Invitation, Membership, User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.notices.relay import deliver_due, sign
from tests.factories import PASSWORD, Cast, Team

NEW = "tom.berg@helix.example"
GOOD = "a sentence nobody guesses"


def invite(team: Team, email: str = NEW, roles: list[str] | None = None) -> Invitation:
    return actions.invite(
        organisation=team.organisation, email=email, roles=roles or ["sales_rep"], by=team.admin, now=database_now()
    )


def link(invitation: Invitation) -> str:
    path = f"/invitations/{invitation.public_id}/"
    return f"{path}?key={sign(path)}"


def accept(client: Client, invitation: Invitation, **changes: str):
    return client.post(link(invitation), {"name": "Tom Berg", "password": GOOD, **changes})


def test_form_invites_a_colleague(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    response = client.post("/people/invite/", {"email": NEW.upper(), "roles": ["sales_rep", "marketing"]})
    invitation = Invitation.objects.get()

    assert (response.status_code, response["Location"]) == (302, "/people/")
    assert (invitation.email, invitation.roles) == (NEW, ["marketing", "sales_rep"])
    assert invitation.organisation == cast.helix.organisation
    assert Event.objects.get(kind="person.invited").actor_id == cast.helix.admin.pk


def test_mail_carries_a_link_that_works(client: Client, cast: Cast, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invite(cast.helix)
    deliver_due()
    (sent,) = mail.outbox
    (url,) = [line for line in sent.body.splitlines() if line.startswith(settings.PRM_BASE_URL)]

    assert sent.to == [NEW]
    assert "Join Helix Systems" in client.get(url.removeprefix(settings.PRM_BASE_URL)).text


def test_acceptance_makes_a_member_and_logs_in(client: Client, cast: Cast) -> None:
    response = accept(client, invite(cast.helix, roles=["marketing"]))
    user = User.objects.get(email=NEW)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert (user.name, user.organisation, user.membership.roles) == ("Tom Berg", cast.helix.organisation, ["marketing"])
    assert user.check_password(GOOD)
    assert client.get("/").status_code == 200
    assert Event.objects.get(kind="person.joined").subject_id == user.public_id


def test_acceptance_draws_a_new_session(client: Client, cast: Cast) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    accept(client, invite(cast.helix))

    assert client.session.session_key != before


def test_acceptance_replaces_whoever_was_logged_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.orbit.admin)
    accept(client, invite(cast.helix))

    assert int(client.session["_auth_user_id"]) == User.objects.get(email=NEW).pk


@pytest.mark.parametrize("key", ["", "x", "ключ"])
def test_wrong_key_answers_like_an_unknown_invitation(client: Client, cast: Cast, key: str) -> None:
    invitation = invite(cast.helix)
    wrong = client.get(f"/invitations/{invitation.public_id}/", {"key": key})
    path = "/invitations/inv_222222222222222222/"
    unknown = client.get(path, {"key": sign(path)})

    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.content == unknown.content


def test_key_of_another_invitation_opens_nothing(client: Client, cast: Cast) -> None:
    one, other = invite(cast.helix), invite(cast.orbit, "tom@orbit.example")
    response = client.get(f"/invitations/{one.public_id}/", {"key": sign(f"/invitations/{other.public_id}/")})

    assert response.status_code == 404


def test_link_works_once(client: Client, cast: Cast) -> None:
    invitation = invite(cast.helix)
    accept(client, invitation)
    again = accept(Client(), invitation, password="another sentence altogether")

    assert again.status_code == 410
    assert "You are in already" in again.text
    assert User.objects.get(email=NEW).check_password(GOOD)


def test_withdrawn_invitation_says_so(client: Client, cast: Cast) -> None:
    invitation = invite(cast.helix)
    client.force_login(cast.helix.admin)
    response = client.post(f"/people/invitations/{invitation.public_id}/revoke/")
    page = Client().get(link(invitation))

    assert response.status_code == 302
    assert (page.status_code, "was withdrawn" in page.text) == (410, True)


def test_expired_invitation_says_until_when_it_was_good(client: Client, cast: Cast) -> None:
    invitation = invite(cast.helix)
    Invitation.objects.update(expires_at=database_now() - timedelta(days=1))
    page = accept(client, invitation)

    assert (page.status_code, "has run out" in page.text) == (410, True)
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize(
    ("password", "said"),
    [("short", "at least 10 characters"), ("password1234", "too common"), ("tom.berg@helix", "too similar")],
)
def test_weak_password_is_refused_at_its_field(client: Client, cast: Cast, password: str, said: str) -> None:
    page = accept(client, invite(cast.helix), password=password)

    assert page.status_code == 200
    assert said in page.text
    assert 'aria-describedby="id_password_helptext id_password_error"' in page.text
    assert 'value="Tom Berg"' in page.text
    assert not User.objects.filter(email=NEW).exists()


def test_known_person_moves_with_the_own_password(client: Client, cast: Cast) -> None:
    invitation = invite(cast.helix, cast.orbit.rep.email)
    page = client.get(link(invitation))
    response = accept(client, invitation, password=PASSWORD)
    organisations = list(
        Membership.objects.filter(user=cast.orbit.rep, ended_at=None).values_list("organisation__name", flat=True)
    )

    assert "You belong to Orbit Solutions now" in page.text
    assert response.status_code == 302
    assert organisations == ["Helix Systems"]


def test_known_person_is_not_taken_over_by_a_guess(client: Client, cast: Cast) -> None:
    page = accept(client, invite(cast.helix, cast.orbit.rep.email), password=GOOD)

    assert "give its password" in page.text
    assert Membership.objects.get(user=cast.orbit.rep, ended_at=None).organisation == cast.orbit.organisation
    assert "_auth_user_id" not in client.session


def test_guesses_at_a_link_are_limited(client: Client, cast: Cast) -> None:
    invitation = invite(cast.helix, cast.orbit.rep.email)
    for number in range(10):
        accept(client, invitation, password=f"guess number {number}")
    page = accept(client, invitation, password=PASSWORD)

    assert "Too many attempts" in page.text
    assert Membership.objects.get(user=cast.orbit.rep, ended_at=None).organisation == cast.orbit.organisation


def test_second_invitation_of_an_open_address_is_refused(client: Client, cast: Cast) -> None:
    invite(cast.helix)
    client.force_login(cast.helix.admin)
    page = client.post("/people/invite/", {"email": NEW, "roles": ["support"]})

    assert "has an open invitation already" in page.text
    assert f'value="{NEW}"' in page.text
    assert Invitation.objects.count() == 1


def test_colleague_is_not_invited_again(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    page = client.post("/people/invite/", {"email": cast.helix.rep.email, "roles": ["support"]})

    assert "already a colleague" in page.text
    assert Notice.objects.count() == 0


def test_role_of_the_other_side_is_no_choice(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    page = client.post("/people/invite/", {"email": NEW, "roles": ["programme_admin"]})

    assert page.status_code == 200
    assert Invitation.objects.count() == 0


def test_partner_admin_invites_to_no_other_organisation(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    data = {"email": NEW, "roles": ["sales_rep"]}
    foreign = client.post(f"/people/invite/?organisation={cast.orbit.organisation.public_id}", data)
    missing = client.post("/people/invite/?organisation=org_222222222222222222", data)

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content
    assert Invitation.objects.count() == 0


def test_programme_admin_invites_to_any_organisation(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    page = client.get("/people/invite/", {"organisation": cast.helix.organisation.public_id})
    client.post(
        f"/people/invite/?organisation={cast.helix.organisation.public_id}", {"email": NEW, "roles": ["partner_admin"]}
    )
    client.post("/people/invite/", {"email": "pam3@vendor.example", "roles": ["pam"]})
    invited = set(Invitation.objects.values_list("organisation__name", "email"))

    assert "Partner admin" in page.text
    assert invited == {("Helix Systems", NEW), ("Northwind", "pam3@vendor.example")}


def test_foreign_invitation_is_not_there_to_withdraw(client: Client, cast: Cast) -> None:
    invitation = invite(cast.orbit, "tom@orbit.example")
    client.force_login(cast.helix.admin)
    response = client.post(f"/people/invitations/{invitation.public_id}/revoke/")
    invitation.refresh_from_db()

    assert response.status_code == 404
    assert invitation.is_open(database_now())
