"""Who is offered a reversal, in each state: four eyes, while there is a decision to take back."""

import pytest

from deals.registrations.states import State
from deals.reversals.policies import can_reverse, is_offered
from tests.deals.appeals.asking import fresh
from tests.deals.test_states import MAKE
from tests.factories import Cast

OFFERED: dict[str, set[str]] = {
    "draft": set(),
    "submitted": set(),
    "asked": set(),
    "approved": {"pam2", "admin"},
    "rejected": {"pam2", "admin"},
    "withdrawn": set(),
    "lapsed": set(),
    "won": set(),
    "lost": set(),
    "expired": set(),
    "reversed": set(),
}
STAFF = ("pam", "pam2", "admin", "seller", "expert", "finance", "executive")


@pytest.mark.parametrize("state", MAKE, ids=str)
def test_reversal_is_offered_to_somebody_else_while_it_is_possible(cast: Cast, state: State) -> None:
    deal = fresh(MAKE[state](cast))

    assert {name for name in STAFF if is_offered(getattr(cast, name), deal)} == OFFERED[state]


def test_whoever_decided_is_the_only_manager_who_may_not(cast: Cast) -> None:
    deal = fresh(MAKE[State.APPROVED](cast))

    assert [name for name in STAFF if can_reverse(getattr(cast, name), deal)] == ["pam2", "admin"]
    assert not can_reverse(cast.helix.admin, deal)
