"""Reversals over the API and in the portal."""

from typing import Any

import pytest

from deals.registrations.models import Registration
from deals.replays.actions import replay
from deals.replays.listing import found_in, reversed_at
from deals.rulebook import SCHEMA
from prm.clocks.database import database_now
from prm.policy.selectors import version_in_force
from tests.deals.appeals.asking import following, rejected
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import page, send
from tests.deals.portal.reading import errors, main
from tests.deals.test_api import Caller
from tests.factories import MUELLER, Cast, make_approved

GIVEN = {"reason": "wrong_rule", "clause": "3.2", "message": "Somebody else was earlier."}


@pytest.fixture
def approved(cast: Cast) -> Registration:
    return make_approved(cast.helix, cast.products["fleet-cloud"], **MUELLER)


def test_approval_is_reversed_over_the_api(approved: Registration, cast: Cast) -> None:
    path, money = f"deals/{approved.public_id}", {"amount": "100.00", "currency": "EUR"}
    assert Caller(cast.pam).post(f"{path}/reverse", GIVEN).status_code == 403
    answer = Caller(cast.pam2).post(f"{path}/reverse", {**GIVEN, "amount": money})

    shown = answer.json()
    assert (answer.status_code, shown["state"], shown["terms"]) == (200, "reversed", {})
    assert {name: shown["reversal"][name] for name in ("before", "deal", "amount", *GIVEN)} == {
        "before": "approved",
        "deal": None,
        "amount": money,
        **GIVEN,
    }
    assert Caller(cast.helix.rep).get(path).json()["reversal"] == shown["reversal"]
    assert Caller(cast.admin).post(f"{path}/reverse", GIVEN).status_code == 409


def test_refusal_is_reinstated_over_the_api(cast: Cast) -> None:
    deal = rejected(cast)
    answer = Caller(cast.pam2).post(f"deals/{deal.public_id}/reverse", {**GIVEN, "reinstated": True})

    assert answer.json()["reversal"]["deal"] == following(deal).public_id


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**GIVEN, "reason": "mood"}, "reason"),
        ({**GIVEN, "clause": "9.9"}, "clause"),
        ({"reason": "other", "clause": "3.2"}, "message"),
        ({**GIVEN, "reinstated": "yes"}, "reinstated"),
        ({**GIVEN, "amount": {"amount": "5.00", "currency": "USD"}}, "amount"),
    ],
)
def test_bad_input_is_400_at_its_field(approved: Registration, cast: Cast, body: Any, field: str) -> None:
    answer = Caller(cast.pam2).post(f"deals/{approved.public_id}/reverse", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_second_manager_reverses_on_the_page(approved: Registration, cast: Cast, login: Any) -> None:  # noqa: F811
    pam, pam2, rep = login(cast.pam), login(cast.pam2), login(cast.helix.rep)
    assert "Reverse the decision" in page(pam2, approved)
    assert "Reverse the decision" not in page(pam, approved) + page(rep, approved)
    assert pam.get(f"/deals/{approved.public_id}/reverse/").status_code == 403

    form = main(pam2.get(f"/deals/{approved.public_id}/reverse/"))
    assert "The protection ends at once, and the terms are annulled." in form
    assert "Register it again" not in form
    empty = send(pam2, approved, "reverse")
    assert (empty.status_code, errors(empty, "reason", "reverse"), errors(empty, "clause", "reverse")) == (
        400,
        "Choose a reason.",
        "Choose a rule.",
    )
    done = send(pam2, approved, "reverse", follow=True, amount="100", **GIVEN)
    assert "The decision is reversed; the partner reads your reason." in main(done)
    shown = page(rep, approved)
    assert "The decision was wrong and is reversed since" in shown
    assert "A rule was applied wrongly. rule 3.2" in shown
    assert "€100 stands in the ledger." in shown
    assert pam2.get(f"/deals/{approved.public_id}/reverse/").status_code == 302


def test_refusal_is_reinstated_on_the_page(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = rejected(cast)
    pam2 = login(cast.pam2)
    assert "Register it again in its old place in line" in main(pam2.get(f"/deals/{deal.public_id}/reverse/"))
    done = send(pam2, deal, "reverse", follow=True, reinstated="on", **GIVEN)

    assert "The registration that follows" in main(done)
    assert "Not approved" in main(done)


def test_replay_says_that_a_decision_was_reversed(approved: Registration, cast: Cast) -> None:
    assert reversed_at(Registration.objects.get()) is None
    send_by = Caller(cast.pam2).post(f"deals/{approved.public_id}/reverse", GIVEN)
    made = replay(version=version_in_force(SCHEMA, database_now()), by=cast.admin, now=database_now())

    assert (send_by.status_code, list(found_in(made))) == (200, [])
    assert reversed_at(Registration.objects.get()) == Registration.objects.get().reversal.reversed_at
