"""A verb that meets a row somebody else holds says so, and what was typed is still there."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, models
from django.test import Client, RequestFactory

from deals.registrations.models import Registration
from partners.models import Account
from prm.accounts import actions
from prm.accounts.models import Invitation, Membership, User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.portal.verbs import attempt
from tests.deals.portal.reading import deal_form, text
from tests.factories import Cast, make_account, make_approved, make_draft, make_registration
from tests.portal.holding import held, impatient

pytestmark = pytest.mark.django_db(transaction=True)

BUSY = "Somebody else is changing this right now. Please try again."
Case = tuple[User, models.Model, str, dict[str, Any]]  # who sends what where, and the row that is held


@pytest.fixture(autouse=True)
def short_wait() -> Iterator[None]:
    with impatient():
        yield


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def losing(cast: Cast) -> Case:
    deal = make_approved(cast.helix)
    return cast.helix.rep, deal, f"/deals/{deal.public_id}/lose/", {"reason": "price"}


def withdrawing(cast: Cast) -> Case:
    deal = make_registration(cast.helix)
    return cast.helix.rep, deal, f"/deals/{deal.public_id}/withdraw/", {"reason": "typed with care"}


def rejecting(cast: Cast) -> Case:
    deal = make_registration(cast.helix)
    given = {"reason": "tender", "message": "typed with care"}
    return cast.pam, deal, f"/deals/{deal.public_id}/reject/", given


def changing_a_draft(cast: Cast) -> Case:
    draft = make_draft(cast.helix)
    given = deal_form(work_done="typed with care", then="draft")
    return cast.helix.rep, draft, f"/deals/{draft.public_id}/edit/", given


def changing_a_customer(cast: Cast) -> Case:
    account = make_account("Acme")
    given = {"name": "Acme", "country": "DE", "city": "typed with care", "version": "1"}
    return cast.admin, account, f"/accounts/{account.public_id}/edit/", given


def changing_a_partner(cast: Cast) -> Case:
    partner = cast.helix.partner
    given = {"name": "typed with care", "model": "msp", "size": "small", "time_zone": "UTC", "state": "active"}
    return cast.admin, partner, f"/partners/{partner.public_id}/edit/", given


def changing_oneself(cast: Cast) -> Case:
    given = {"name": "typed with care", "time_zone": "UTC", "locale": "en_GB"}
    return cast.helix.rep, cast.helix.rep, "/profile/", given


def changing_roles(cast: Cast) -> Case:
    membership = Membership.objects.get(user=cast.helix.rep)
    return cast.helix.admin, membership, f"/people/{cast.helix.rep.public_id}/", {"roles": ["support"]}


FORMS = [
    *(losing, withdrawing, rejecting, changing_a_draft, changing_a_customer, changing_a_partner),
    *(changing_oneself, changing_roles),
]


def written() -> list[Any]:
    """Everything that the verbs of this file could have changed."""
    tables = (Registration, Account, User, Membership, Invitation, Event)
    return [list(table._default_manager.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("case", FORMS)
def test_form_says_that_somebody_is_faster_and_keeps_what_was_typed(live_cast: Cast, case: Any) -> None:
    user, row, path, given = case(live_cast)
    client, before = browser(user), written()

    with held(row):
        refused = client.post(path, given)
    kept = {name: refused.context["form"][name].value() for name in given if name in {"name", "city", "work_done"}}

    assert text(refused).count(BUSY) == 1
    assert kept == {name: given[name] for name in kept}
    assert all("typed with care" in refused.text for value in given.values() if value == "typed with care")
    assert written() == before


@pytest.mark.parametrize("case", FORMS)
def test_same_form_is_taken_when_nobody_holds_the_row(live_cast: Cast, case: Any) -> None:
    """The control: it is the lock that refuses, not the form."""
    user, _row, path, given = case(live_cast)
    before = written()

    taken = browser(user).post(path, given)

    assert (taken.status_code, written() != before) == (302, True)


@pytest.mark.parametrize("case", [losing, withdrawing, rejecting, changing_a_draft])
def test_deal_that_is_held_answers_like_any_conflict(live_cast: Cast, case: Any) -> None:
    user, row, path, given = case(live_cast)
    client = browser(user)

    with held(row):
        refused = client.post(path, given)
    again = client.post(path, given)

    assert (refused.status_code, again.status_code) == (409, 302)


def ending(cast: Cast) -> Case:
    membership = Membership.objects.get(user=cast.helix.rep)
    return cast.helix.admin, membership, f"/people/{cast.helix.rep.public_id}/end/", {}


def revoking_an_invitation(cast: Cast) -> Case:
    team, now = cast.helix, database_now()
    invitation = actions.invite(
        organisation=team.organisation, email="new@helix.example", roles=["support"], by=team.admin, now=now
    )
    return team.admin, invitation, f"/people/invitations/{invitation.public_id}/revoke/", {}


def revoking_a_token(cast: Cast) -> Case:
    rep = cast.helix.rep
    token, _secret = actions.create_token(user=rep, name="CRM", by=rep, now=database_now())
    return rep, token, f"/profile/tokens/{token.public_id}/revoke/", {}


def discarding(cast: Cast) -> Case:
    draft = make_draft(cast.helix)
    return cast.helix.rep, draft, f"/deals/{draft.public_id}/discard/", {}


def assigning(cast: Cast) -> Case:
    partner = cast.helix.partner
    return cast.admin, partner, f"/partners/{partner.public_id}/pam/", {"pam": cast.pam2.public_id}


@pytest.mark.parametrize("case", [ending, revoking_an_invitation, revoking_a_token, discarding, assigning])
def test_button_without_a_form_says_it_on_the_next_page(live_cast: Cast, case: Any) -> None:
    user, row, path, given = case(live_cast)
    client, before = browser(user), written()

    with held(row):
        refused = client.post(path, given, follow=True)
    unchanged = written() == before
    again = client.post(path, given, follow=True)

    assert (refused.status_code, text(refused).count(BUSY), unchanged) == (200, 1, True)
    assert (again.status_code, BUSY in text(again)) == (200, False)


def test_statement_that_takes_too_long_is_a_fault_and_not_somebody_else(live_cast: Cast) -> None:
    def verb() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select set_config('statement_timeout', '50ms', false), pg_sleep(0)")
            try:
                cursor.execute("select pg_sleep(60)")
            finally:
                cursor.execute("reset statement_timeout")

    with pytest.raises(OperationalError, match="statement timeout"):
        attempt(RequestFactory().post("/"), verb)
