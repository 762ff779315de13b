"""What a partner does with a registration: discard, withdraw, win, lose, share."""

from decimal import Decimal

import pytest
from django.test import Client

from deals.registrations.models import Registration, RegistrationShare
from prm.clocks.database import database_now
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import send
from tests.deals.portal.reading import errors, html, main
from tests.factories import Cast, make_approved, make_draft, make_registration


@pytest.fixture
def rep(cast: Cast, login: Login) -> Client:
    return login(cast.helix.rep)


def test_draft_is_discarded(rep: Client, cast: Cast) -> None:
    draft = make_draft(cast.helix)

    response = send(rep, draft, "discard", follow=True)

    assert Registration.objects.count() == 0
    assert f"The draft for {draft.customer_name} is discarded." in main(response)


def test_registration_cannot_be_discarded(rep: Client, cast: Cast) -> None:
    made = make_registration(cast.helix)

    response = send(rep, made, "discard", follow=True)

    assert made.state == "submitted"
    assert "This registration is now: In review." in main(response)


def test_registration_is_withdrawn_with_a_reason(rep: Client, cast: Cast) -> None:
    made = make_registration(cast.helix)

    response = send(rep, made, "withdraw", follow=True, reason="The project is stopped.")

    assert (made.state, made.end_text) == ("withdrawn", "The project is stopped.")
    assert "The registration is withdrawn." in main(response)


def test_deal_is_won_with_its_final_value(rep: Client, cast: Cast) -> None:
    made = make_approved(cast.helix)
    today = database_now().date()

    send(rep, made, "win", closed_on=today.isoformat(), early_reason="Signed at once.", value="80,000")

    assert (made.state, made.won_value, made.closed_on) == ("won", Decimal("80000.00"), today)


def test_deal_is_won_with_the_registered_value_when_none_is_given(rep: Client, cast: Cast) -> None:
    made = make_approved(cast.helix)

    send(rep, made, "win", closed_on=database_now().date().isoformat(), early_reason="Signed at once.", value="")

    assert (made.state, made.won_value) == ("won", made.value)


@pytest.mark.parametrize(
    ("given", "name", "sentence"),
    [
        ({"closed_on": ""}, "closed_on", "Give the day on which the customer signed."),
        ({"closed_on": "2098-01-01"}, "closed_on", "This day is still to come."),
        ({"closed_on": "2000-01-01"}, "closed_on", "This day is too long ago."),
        ({"closed_on": "2026-01-01", "value": "a lot"}, "value", "Write the amount as a plain number"),
    ],
)
def test_refused_win_says_why_at_the_field(
    rep: Client, cast: Cast, given: dict[str, str], name: str, sentence: str
) -> None:
    made = make_approved(cast.helix)

    response = send(rep, made, "win", **given)

    assert (response.status_code, made.state) == (400, "approved")
    assert sentence in errors(response, name, "win")


def test_deal_is_lost_with_a_reason(rep: Client, cast: Cast) -> None:
    made = make_approved(cast.helix)

    refused = send(rep, made, "lose", reason="")
    assert (refused.status_code, made.state) == (400, "approved")
    assert "Choose why it was lost." in errors(refused, "reason", "lose")

    send(rep, made, "lose", reason="competitor")
    assert (made.state, made.end_reason) == ("lost", "competitor")


@pytest.mark.parametrize(("verb", "given"), [("win", {"closed_on": "2026-01-02"}), ("lose", {"reason": "price"})])
def test_verb_that_does_not_fit_the_state_is_a_conflict(
    rep: Client, cast: Cast, verb: str, given: dict[str, str]
) -> None:
    made = make_registration(cast.helix)

    response = send(rep, made, verb, **given)

    assert (response.status_code, made.state) == (409, "submitted")
    assert "This registration is now: In review." in main(response)


def test_colleague_gets_to_read_it(cast: Cast, rep: Client, login: Login) -> None:
    made = make_registration(cast.helix)
    engineer = cast.helix.engineer
    assert login(engineer).get(f"/deals/{made.public_id}/").status_code == 404

    response = send(rep, made, "share", follow=True, colleague=engineer.public_id)

    assert "Your colleague can read this registration now." in main(response)
    assert RegistrationShare.objects.get().user == engineer
    assert login(engineer).get(f"/deals/{made.public_id}/").status_code == 200


def test_only_colleagues_who_do_not_read_it_anyway_are_offered(rep: Client, cast: Cast) -> None:
    shown = html(rep.get(f"/deals/{make_registration(cast.helix).public_id}/"))

    offered = [user for user in (*cast.vendor_staff, cast.helix.admin, cast.orbit.engineer) if user.public_id in shown]
    assert (offered, cast.helix.engineer.public_id in shown) == ([], True)


@pytest.mark.parametrize("whom", ["orbit", "nobody"])
def test_stranger_cannot_be_let_in(rep: Client, cast: Cast, whom: str) -> None:
    made = make_registration(cast.helix)
    public_id = cast.orbit.engineer.public_id if whom == "orbit" else "usr_0000000000000000"

    response = send(rep, made, "share", colleague=public_id)

    assert (response.status_code, RegistrationShare.objects.count()) == (400, 0)
    assert "Select a valid choice." in errors(response, "colleague", "share")
