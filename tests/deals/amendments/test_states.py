"""Every verb about the terms in every state of a registration: where it does not fit it changes nothing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.forms import model_to_dict

from deals.amendments.actions import answer_amendment, propose_amendment, withdraw_amendment
from deals.amendments.models import Amendment
from deals.engagement.actions import appeal_engagement, decide_engagement
from deals.engagement.models import EngagementAppeal
from deals.registrations.models import Registration
from deals.registrations.states import State
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import NotAllowed, StateConflict
from prm.ledger.models import Entry
from prm.notices.models import Notice
from tests.deals.engagement.claiming import WHY
from tests.deals.test_states import MAKE
from tests.factories import Cast

Verb = Callable[[Registration, User], object]
VERBS: dict[str, Verb] = {
    "appeal": lambda deal, by: appeal_engagement(registration=deal, text=WHY, by=by, now=database_now()),
    "decide": lambda deal, by: decide_engagement(
        registration=deal, outcome="upheld", message="Yes.", by=by, now=database_now()
    ),
    "propose": lambda deal, by: propose_amendment(
        registration=deal, once=Decimal("0.1"), reason=WHY, by=by, now=database_now()
    ),
    "answer": lambda deal, by: answer_amendment(registration=deal, accept=True, by=by, now=database_now()),
    "withdraw": lambda deal, by: withdraw_amendment(registration=deal, by=by, now=database_now()),
}
# Who each belongs to, and who would like to.
OWN = {"appeal": "helix.rep", "decide": "pam2", "propose": "pam", "answer": "helix.rep", "withdraw": "pam"}
STRANGERS = ("orbit.admin", "helix.engineer", "helix.marketing", "seller", "finance", "executive", "expert")
# Without anything before it; the rest is in the tests of the verbs.
CODES = {
    ("approved", "appeal"): "nothing_lowered",
    ("won", "appeal"): "nothing_lowered",
}


def person(cast: Cast, who: str) -> User:
    found: Any = cast
    for name in who.split("."):
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]


def world() -> tuple[object, ...]:
    return (
        [model_to_dict(deal) for deal in Registration.objects.order_by("pk")],
        [rows.objects.count() for rows in (Amendment, EngagementAppeal, Entry, Event, Notice)],
    )


@pytest.mark.parametrize("state", MAKE, ids=str)
def test_verbs_about_the_terms_need_terms(cast: Cast, state: State) -> None:
    deal = MAKE[state](cast)
    before = world()

    for name, verb in VERBS.items():
        if (state, name) == (State.APPROVED, "propose"):
            continue
        if (state, name) == (State.WON, "propose"):
            # Earned already: said at the field, in the tests of the verb.
            continue
        with pytest.raises(StateConflict) as refused:
            verb(deal, person(cast, OWN[name]))
        assert (refused.value.state, refused.value.code) == (state, CODES.get((state, name), "state_conflict"))
        for stranger in STRANGERS:
            with pytest.raises(NotAllowed):
                verb(deal, person(cast, stranger))

    assert world() == before
