"""Two people, one moment: what the database decides when verbs meet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from prm.accounts import actions
from prm.accounts.models import ApiToken, Invitation, Membership, User
from prm.clocks.database import database_now
from prm.errors import PrmError
from prm.portal.forms import NonceMixin
from tests.factories import PASSWORD, Cast

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "tom@helix.example"
GOOD = "a sentence nobody guesses"


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """Each in its own thread and connection, started together; a refusal is an answer too."""
    barrier = Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return verb()
        except PrmError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def refusals(answers: list[object]) -> int:
    return sum(isinstance(answer, PrmError) for answer in answers)


def invitation_for(cast: Cast, email: str = NEW, *, by_orbit: bool = False) -> Invitation:
    team = cast.orbit if by_orbit else cast.helix
    now = database_now()
    return actions.invite(organisation=team.organisation, email=email, roles=["sales_rep"], by=team.admin, now=now)


def test_one_address_is_invited_once(live_cast: Cast) -> None:
    answers = at_once(*[lambda: invitation_for(live_cast)] * 4)

    assert refusals(answers) == 3
    assert Invitation.objects.count() == 1


def test_one_invitation_makes_one_person(live_cast: Cast) -> None:
    invitation = invitation_for(live_cast)

    def accept() -> User:
        return actions.accept_invitation(invitation=invitation, name="Tom", password=GOOD, now=database_now())

    answers = at_once(*[accept] * 4)

    assert refusals(answers) == 3
    assert Membership.objects.filter(user__email=NEW).count() == 1


def test_person_of_two_invitations_belongs_to_one_organisation(live_cast: Cast) -> None:
    invitations = [invitation_for(live_cast), invitation_for(live_cast, by_orbit=True)]
    User.objects.create_user(NEW, PASSWORD, name="Tom")

    def accept(invitation: Invitation) -> User:
        return actions.accept_invitation(invitation=invitation, name="", password=PASSWORD, now=database_now())

    at_once(*[lambda i=invitation: accept(i) for invitation in invitations])

    assert Membership.objects.filter(user__email=NEW, ended_at=None).count() == 1


def test_acceptance_and_withdrawal_exclude_each_other(live_cast: Cast) -> None:
    invitation = invitation_for(live_cast)
    answers = at_once(
        lambda: actions.accept_invitation(invitation=invitation, name="Tom", password=GOOD, now=database_now()),
        lambda: actions.revoke_invitation(invitation=invitation, by=live_cast.helix.admin, now=database_now()),
    )
    invitation.refresh_from_db()

    assert refusals(answers) == 1
    assert (invitation.accepted_at is None) != (invitation.revoked_at is None)
    assert User.objects.filter(email=NEW).exists() == (invitation.accepted_at is not None)


def test_membership_ends_once(live_cast: Cast) -> None:
    membership = Membership.objects.get(user=live_cast.helix.rep)
    answers = at_once(
        *[lambda: actions.end_membership(membership=membership, by=live_cast.helix.admin, now=database_now())] * 3
    )

    assert refusals(answers) == 2


def test_burst_of_logins_checks_ten(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty guesses at once through the real door: no more are hashed than one after another would be."""
    from django.contrib.auth import hashers

    hashed: list[str] = []
    real = hashers.verify_password

    def verify(password, encoded, preferred="default"):
        hashed.append(password)
        return real(password, encoded, preferred)

    monkeypatch.setattr(hashers, "verify_password", verify)
    address = live_cast.pam.email

    def guess(number: int) -> int:
        return Client().post("/auth/login/", {"login": address, "password": f"guess {number}"}).status_code

    for start in range(0, 30, 10):
        at_once(*[lambda n=number: guess(n) for number in range(start, start + 10)])

    assert len(hashed) == settings.PRM_LOGIN_ATTEMPTS_PER_ADDRESS


def test_naive_counter_would_let_the_burst_through(live_cast: Cast) -> None:
    """The control: reading the count and then writing it loses attempts, which is why it is one statement."""
    from prm.accounts.models import AttemptWindow

    now = database_now()
    AttemptWindow.objects.create(key="naive", window=now, count=0)
    barrier = Barrier(8)

    def naive() -> int:
        row = AttemptWindow.objects.get(key="naive")
        barrier.wait()
        row.count += 1
        row.save()
        return row.count

    at_once(*[naive] * 8)

    assert AttemptWindow.objects.get(key="naive").count == 1


class Creating(NonceMixin):
    """Any form that creates something."""


def test_two_clicks_at_once_create_once(live_cast: Cast) -> None:
    nonce = Creating()["form_nonce"].value()

    def first() -> bool:
        form = Creating({"form_nonce": nonce})
        return form.is_valid() and form.is_first()

    assert sorted(at_once(*[first] * 6)) == [False] * 5 + [True]


def test_double_click_makes_one_token(live_cast: Cast) -> None:
    client = Client()
    client.force_login(live_cast.helix.rep)
    nonce = client.get("/profile/tokens/").context["form"]["form_nonce"].value()
    data = {"name": "CRM", "days": "30", "password": PASSWORD, "form_nonce": nonce}

    def click() -> int:
        other = Client()
        other.cookies = client.cookies
        return other.post("/profile/tokens/", data).status_code

    assert sorted(at_once(*[click] * 4)) == [200, 302, 302, 302]
    assert ApiToken.objects.count() == 1
