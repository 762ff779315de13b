"""Which values an offer may have, and what may become of it."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from deals.marketplace.rules import TERMS, flaws, may_become, may_change, revived
from deals.marketplace.states import MOVES, MarketState

TODAY, BEFORE, LATER = date(2026, 3, 4), date(2026, 3, 3), date(2026, 3, 5)
FINE = {"marketplace": "aws", "marketplace_name": "", "state": "sent", "expires_on": LATER}
CASES: list[tuple[dict[str, Any], set[str], list[tuple[str, str]]]] = [
    ({}, {"state"}, []),
    ({"expires_on": TODAY}, {"expires_on"}, []),
    ({"expires_on": BEFORE}, {"expires_on"}, [("expires_on", "past")]),
    ({"expires_on": BEFORE, "state": "draft"}, {"state"}, [("expires_on", "past")]),
    # What was given in time stays fine.
    ({"expires_on": BEFORE}, {"co_sell"}, []),
    ({"expires_on": BEFORE, "state": "accepted"}, {"state"}, []),
    ({"expires_on": None}, {"buyer"}, [("expires_on", "needed")]),
    ({"expires_on": None, "state": "expired"}, {"state"}, [("expires_on", "needed")]),
    ({"expires_on": None, "state": "draft"}, {"state"}, []),
    ({"state": "expired", "expires_on": BEFORE}, {"state"}, []),
    ({"state": "expired", "expires_on": TODAY}, {"state"}, [("state", "not_over")]),
    ({"marketplace": "other"}, set(), [("marketplace_name", "unnamed")]),
    ({"marketplace": "other", "marketplace_name": "Bazaar"}, set(), []),
    ({"marketplace_name": "Bazaar"}, set(), [("marketplace_name", "named_twice")]),
]


@pytest.mark.parametrize(("values", "changed", "found"), CASES)
def test_flaws_are_found(values: dict[str, Any], changed: set[str], found: list[tuple[str, str]]) -> None:
    assert [(flaw.field, flaw.code) for flaw in flaws({**FINE, **values}, changed, TODAY)] == found


def test_every_state_has_its_moves() -> None:
    possible = {(one, other) for one, other in product(MarketState.values, repeat=2) if may_become(one, other)}

    assert set(MOVES) == set(MarketState.values)
    assert possible == {
        *(("draft", "sent"), ("draft", "accepted"), ("draft", "expired"), ("draft", "withdrawn")),
        *(("sent", "accepted"), ("sent", "expired"), ("sent", "withdrawn")),
        *(("expired", "sent"), ("expired", "accepted")),
    }


@pytest.mark.parametrize(
    ("state", "terms", "co_sell"),
    [
        ("draft", True, True),
        ("sent", True, True),
        ("expired", True, True),
        ("accepted", False, True),
        ("withdrawn", False, False),
    ],
)
def test_what_may_change(state: str, terms: bool, co_sell: bool) -> None:
    assert [may_change(state, {name}) for name in sorted(TERMS)] == [terms] * len(TERMS)
    assert may_change(state, {"co_sell"}) is co_sell
    assert may_change(state, set()) is True


@pytest.mark.parametrize(
    ("state", "given", "becomes"),
    [
        ("expired", {"expires_on": LATER}, "sent"),
        ("expired", {"expires_on": TODAY}, "sent"),
        ("expired", {"expires_on": BEFORE}, "expired"),
        ("expired", {"expires_on": None}, "expired"),
        ("expired", {"expires_on": LATER, "state": "accepted"}, "accepted"),
        ("draft", {"expires_on": LATER}, "draft"),
        ("draft", {"state": "sent"}, "sent"),
    ],
)
def test_more_time_opens_an_expired_one(state: str, given: dict[str, Any], becomes: str) -> None:
    assert revived(state, given, TODAY) == becomes
