"""An account that is replaced while a run is on its way: whoever looks at which moment, the old one is not paid."""

from typing import Any

import pytest

from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.payments import actions
from prm.payments.models import Payee, PaymentLine, PaymentRun
from tests.factories import Cast
from tests.payments.paying import answer, payable, prepared, tomorrow, with_account

ANOTHER = "DE02100500000054540402"


@pytest.fixture(autouse=True)
def payer(settings: Any) -> None:
    settings.PRM_PAYER_IBAN = "DE89370400440532013000"


def driven(run: PaymentRun, cast: Cast, to: str) -> PaymentRun:
    """As far as that state."""
    given = {"by": cast.finance, "now": database_now()}
    if to in {"approved", "exported"}:
        run = actions.approve_run(run=run, **given)
    return actions.export_run(run=run, **given) if to == "exported" else run


@pytest.mark.parametrize(
    ("state", "verb"),
    [("draft", actions.approve_run), ("approved", actions.export_run)],
)
def test_run_to_a_replaced_account_goes_no_further(cast: Cast, state: str, verb: Any) -> None:
    run = driven(prepared(cast, "50.00"), cast, state)
    with_account(cast.helix, cast.finance, iban=ANOTHER)

    with pytest.raises(StateConflict, match="was replaced meanwhile") as refused:
        verb(run=run, by=cast.finance, now=database_now())
    assert refused.value.state == state
    assert PaymentRun.objects.get().state == state


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_discarded_run_is_prepared_again_to_the_new_account(cast: Cast, state: str) -> None:
    run = driven(prepared(cast, "50.00"), cast, state)
    payee = with_account(cast.helix, cast.finance, iban=ANOTHER)
    given = {"by": cast.finance, "now": database_now()}
    actions.discard_run(run=run, **given)
    again = actions.prepare_run(currency="EUR", due_on=tomorrow(), **given)

    assert again.payments.get().payee == payee
    assert PaymentLine.objects.filter(living=True).count() == 1
    assert driven(again, cast, "exported").state == "exported"


def test_account_that_is_only_asked_for_holds_up_nothing(cast: Cast) -> None:
    run = prepared(cast, "50.00")
    actions.request_payee(holder="Helix", iban=ANOTHER, by=cast.helix.admin, now=database_now())

    assert driven(run, cast, "exported").state == "exported"
    assert Payee.objects.active().get().iban != ANOTHER


def test_run_at_the_bank_is_answered_whatever_account_is_used_now(cast: Cast) -> None:
    run = driven(prepared(cast, "50.00"), cast, "exported")
    with_account(cast.helix, cast.finance, iban=ANOTHER)
    closed = actions.take_results(run=run, results=answer(run), by=cast.finance, now=database_now())

    assert closed.state == "closed"


def test_rival_with_another_account_is_not_held_up(cast: Cast) -> None:
    with_account(cast.orbit, cast.finance, holder="Orbit Solutions")
    payable(cast.orbit.organisation, "25.00")
    run = prepared(cast, "50.00")
    actions.request_payee(holder="Orbit", iban=ANOTHER, by=cast.orbit.admin, now=database_now())

    assert driven(run, cast, "exported").payments.count() == 2
