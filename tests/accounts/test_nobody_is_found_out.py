"""Inviting tells nobody who has a login here, and a link tells no more than its holder knows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prm.accounts import actions
from prm.accounts.models import Invitation, Membership, User
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.notices.relay import sign
from tests.factories import PASSWORD, Cast, make_user

GOOD = "a sentence nobody guesses"


def invite(cast: Cast, email: str, *, by: User | None = None, roles: str = "sales_rep") -> Invitation:
    by = by or cast.helix.admin
    assert by.organisation is not None
    return actions.invite(organisation=by.organisation, email=email, roles=[roles], by=by, now=database_now())


def link(invitation: Invitation) -> str:
    path = f"/invitations/{invitation.public_id}/"
    return f"{path}?key={sign(path)}"


def unknown(cast: Cast) -> str:
    return "whoever@somewhere.example"


def of_a_rival(cast: Cast) -> str:
    return cast.orbit.rep.email


def of_the_vendor(cast: Cast) -> str:
    return cast.admin.email


def of_nobody_now(cast: Cast) -> str:
    return make_user("loner@somewhere.example", None).email


def closed(cast: Cast) -> str:
    return make_user("closed@somewhere.example", cast.orbit.organisation, "support", is_active=False).email


def former_colleague(cast: Cast) -> str:
    Membership.objects.filter(user=cast.helix.engineer).update(ended_at=database_now())
    return cast.helix.engineer.email


def invited_by_a_rival(cast: Cast) -> str:
    return invite(cast, "torn@somewhere.example", by=cast.orbit.admin).email


ADDRESSES = [unknown, of_a_rival, of_the_vendor, of_nobody_now, closed, former_colleague, invited_by_a_rival]


def answer_of(cast: Cast, email: str) -> tuple[int, str, str, list[str], int]:
    """Status, where to, what is said, what is sent, and how much the database is asked."""
    client = Client()
    client.force_login(cast.helix.admin)
    before = Notice.objects.count()
    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/people/invite/", {"email": email, "roles": ["support"]})
    [said] = [str(message) for message in get_messages(answer.wsgi_request)]
    sent = list(Notice.objects.order_by("pk").values_list("kind", flat=True))[before:]
    return answer.status_code, answer["Location"], said.replace(email, "…"), sent, len(asked)


@pytest.mark.parametrize("address", ADDRESSES)
def test_invitation_is_answered_the_same_whoever_it_is_for(cast: Cast, address: Callable[[Cast], str]) -> None:
    email = address(cast)
    answer_of(cast, "first@somewhere.example")

    assert answer_of(cast, email) == answer_of(cast, "nobody@somewhere.example")
    assert answer_of(cast, email.replace("@", "+1@"))[:3] == (302, "/people/", "The invitation to … is on its way.")


@pytest.mark.parametrize("address", ADDRESSES)
def test_list_of_invitations_says_no_more_of_one_address_than_of_another(
    cast: Cast, address: Callable[[Cast], str]
) -> None:
    email, client = address(cast), Client()
    client.force_login(cast.helix.admin)
    invite(cast, email)
    rows = list(client.get("/people/").context["invitations"])

    assert [(row.email, row.organisation) for row in rows] == [(email, cast.helix.organisation)]
    if User.objects.filter(email=email).exists():
        assert User.objects.get(email=email).name not in client.get("/people/").text


def expired(invitation: Invitation, cast: Cast) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=database_now())


def withdrawn(invitation: Invitation, cast: Cast) -> None:
    actions.revoke_invitation(invitation=invitation, by=cast.helix.admin, now=database_now())


@pytest.mark.parametrize("end", [expired, withdrawn])
@pytest.mark.parametrize("address", [of_a_rival, of_nobody_now, closed])
def test_closed_link_does_not_tell_whether_the_address_has_a_login(
    cast: Cast, end: Callable[[Invitation, Cast], None], address: Callable[[Cast], str]
) -> None:
    known, new = invite(cast, address(cast)), invite(cast, unknown(cast))
    for invitation in (known, new):
        end(invitation, cast)
    password = {"name": "Tom", "password": PASSWORD}

    answers = [(Client().get(link(each)), Client().post(link(each), password)) for each in (known, new)]

    assert [(got.status_code, sent.status_code) for got, sent in answers] == [(410, 410)] * 2
    assert answers[0][0].content == answers[1][0].content
    assert answers[0][1].content == answers[1][1].content
    assert not Membership.objects.filter(user__email=known.email, organisation=cast.helix.organisation).exists()


def test_link_that_is_used_twice_moves_nobody_back(cast: Cast) -> None:
    """A person who has gone on to another organisation does not come back by an old mail."""
    rep = cast.orbit.rep
    first = invite(cast, rep.email)
    assert Client().post(link(first), {"password": PASSWORD}).status_code == 302
    second = invite(cast, rep.email, by=cast.orbit.admin, roles="support")
    assert Client().post(link(second), {"password": PASSWORD}).status_code == 302
    visitor = Client()

    again = visitor.post(link(first), {"password": PASSWORD})

    assert (again.status_code, "_auth_user_id" in visitor.session) == (410, False)
    present = Membership.objects.get(user=rep, ended_at=None)
    assert (present.organisation, present.roles) == (cast.orbit.organisation, ["support"])


def test_closed_login_is_told_like_a_wrong_password(cast: Cast) -> None:
    shut, open_ = closed(cast), of_a_rival(cast)
    answers = [
        Client().post(link(invite(cast, shut)), {"password": PASSWORD}),
        Client().post(link(invite(cast, open_)), {"password": GOOD}),
    ]

    assert [answer.context["form"].errors for answer in answers] == [
        {"password": ["You have a login already: give its password."]}
    ] * 2
    assert not Membership.objects.filter(organisation=cast.helix.organisation, user__email__in=[shut, open_]).exists()


def test_link_of_another_organisation_leads_there_whoever_is_logged_in(cast: Cast) -> None:
    """Somebody of Helix opens the link of a newcomer at Orbit: it makes the newcomer, and moves nobody."""
    visitor = Client()
    visitor.force_login(cast.helix.rep)

    joined = visitor.post(link(invite(cast, unknown(cast), by=cast.orbit.admin)), {"name": "Tom", "password": GOOD})

    assert joined.status_code == 302
    assert Membership.objects.get(user__email=unknown(cast)).organisation == cast.orbit.organisation
    assert Membership.objects.get(user=cast.helix.rep, ended_at=None).organisation == cast.helix.organisation


def test_invitation_runs_out_in_the_very_second_it_was_said_to(cast: Cast) -> None:
    invitation = invite(cast, unknown(cast))
    end = invitation.expires_at

    assert [invitation.is_open(end - timedelta(microseconds=1)), invitation.is_open(end)] == [True, False]
    assert [Invitation.objects.open(at).exists() for at in (end - timedelta(microseconds=1), end)] == [True, False]
