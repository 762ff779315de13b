"""Addresses of people: one spelling, as long as a column, and two organisations that want one person."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from prm.accounts import actions
from prm.accounts.actions import accept_invitation
from prm.accounts.models import LONGEST_ADDRESS, Invitation, Membership, User
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.accounts.test_races import GOOD, at_once, invitation_for
from tests.factories import PASSWORD, Cast

NEW = "tom@helix.example"


def address(length: int) -> str:
    """A valid one of exactly that length."""
    labels = "." + "example"
    name = "a" * 60 + "@"
    rest = length - len(name) - len(labels)
    chunks = [("b" * 60)] * (rest // 61) + ["c" * (rest % 61)]
    return name + ".".join(chunk for chunk in chunks if chunk) + labels


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("length", "status"), [(LONGEST_ADDRESS, 302), (LONGEST_ADDRESS + 1, 200), (300, 200)])
def test_invitation_takes_addresses_that_fit(cast: Cast, length: int, status: int) -> None:
    given_address = address(length)
    response = browser(cast.helix.admin).post("/people/invite/", {"email": given_address, "roles": ["marketing"]})

    assert (len(given_address), response.status_code) == (length, status)
    assert Invitation.objects.filter(email=given_address).count() == (status == 302)


@pytest.mark.parametrize(("length", "status"), [(LONGEST_ADDRESS, 302), (LONGEST_ADDRESS + 1, 400)])
def test_first_admin_of_a_partner_has_an_address_that_fits(cast: Cast, length: int, status: int) -> None:
    data = {"name": "Nova", "model": "var", "size": "small", "time_zone": "UTC", "admin_email": address(length)}

    assert browser(cast.admin).post("/partners/new/", data).status_code == status


@given(st.emails())
def test_spelling_of_an_address_is_one(email: str) -> None:
    normal = User.objects.normalise(email)

    assert normal == User.objects.normalise(normal) == User.objects.normalise(f" {email.upper().lower()}\n")
    assert normal == normal.lower()


@pytest.mark.parametrize("typed", [" Tom@Helix.Example ", "TOM@HELIX.EXAMPLE", "tom@helix.example\n"])
def test_invited_address_is_stored_in_one_spelling(cast: Cast, typed: str) -> None:
    now = database_now()
    made = actions.invite(
        organisation=cast.helix.organisation, email=typed, roles=["marketing"], by=cast.helix.admin, now=now
    )

    assert made.email == NEW


def test_database_refuses_a_second_spelling(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Tom@Helix.example")


def accepting(invitation: Invitation) -> Callable[[], object]:
    return lambda: accept_invitation(invitation=invitation, name="Tom", password=GOOD, now=database_now())


@pytest.mark.django_db(transaction=True)
def test_newcomer_of_two_invitations_becomes_one_person(live_cast: Cast) -> None:
    invitations = [invitation_for(live_cast), invitation_for(live_cast, by_orbit=True)]

    answers = at_once(*map(accepting, invitations))

    assert {type(answer) for answer in answers} <= {User, StateConflict}
    assert User.objects.filter(email=NEW).count() == 1
    assert Membership.objects.filter(user__email=NEW, ended_at=None).count() == 1
    assert Invitation.objects.filter(accepted_by__email=NEW).count() == sum(isinstance(a, User) for a in answers)


def test_newcomer_who_has_just_joined_elsewhere_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other acceptance commits between the look for the person and the making of it."""
    invitation = invitation_for(cast)
    real = User.objects.create_user

    def late(email: str, password: str, **fields: object) -> User:
        real(email, PASSWORD)
        return real(email, password, **fields)

    monkeypatch.setattr(User.objects, "create_user", late)

    with pytest.raises(StateConflict) as refused:
        accepting(invitation)()

    assert refused.value.state == "known"
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_membership_made_after_the_moment_of_the_verb_ends_when_it_began(cast: Cast) -> None:
    """Whoever waits for a lock was given its moment before the other one."""
    earlier = database_now()
    User.objects.create_user(NEW, PASSWORD, name="Tom")
    first, second = invitation_for(cast), invitation_for(cast, by_orbit=True)
    accept_invitation(invitation=first, name="", password=PASSWORD, now=database_now())
    accept_invitation(invitation=second, name="", password=PASSWORD, now=earlier)
    old, new = Membership.objects.filter(user__email=NEW).order_by("pk")

    assert (old.ended_at, old.organisation) == (old.created_at, cast.helix.organisation)
    assert (new.ended_at, new.organisation) == (None, cast.orbit.organisation)
