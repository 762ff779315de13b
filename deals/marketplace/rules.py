"""What an offer in a marketplace may say, and what may become of it: plain values in, plain values out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from deals.marketplace.states import MOVES, NEEDS_LAST_DAY, OPEN, Marketplace, MarketState

# Days before the last one on which the partner is reminded.
REMINDED_DAYS = (7, 1)
# What is fixed once the buyer has accepted; co-sell goes on.
TERMS = frozenset({"buyer", "amount", "currency", "expires_on"})


@dataclass(frozen=True)
class Flaw:
    """`field` is a name of the offer, `code` says what is wrong with it."""

    field: str
    code: str


def flaws(values: Mapping[str, Any], changed: Collection[str], today: date) -> list[Flaw]:
    """What keeps an offer with these values from being kept; a day that was fine when it was given stays fine."""
    marketplace, name, state = values["marketplace"], values["marketplace_name"], values["state"]
    last_day: date | None = values["expires_on"]
    found = []
    if (marketplace == Marketplace.OTHER) != bool(name):
        found.append(Flaw("marketplace_name", "unnamed" if not name else "named_twice"))
    if state in NEEDS_LAST_DAY and last_day is None:
        found.append(Flaw("expires_on", "needed"))
    if last_day is not None and {"state", "expires_on"} & set(changed):
        if state in OPEN and last_day < today:
            found.append(Flaw("expires_on", "past"))
        if state == MarketState.EXPIRED and last_day >= today:
            found.append(Flaw("state", "not_over"))
    return found


def may_become(state: str, other: str) -> bool:
    return other in MOVES[state]


def may_change(state: str, fields: Collection[str]) -> bool:
    """Of an accepted offer the terms stay, of a withdrawn one everything."""
    if state == MarketState.WITHDRAWN:
        return not fields
    return state != MarketState.ACCEPTED or not TERMS & set(fields)


def revived(state: str, given: Mapping[str, Any], today: date) -> str:
    """An expired offer that is given more time, and no other state, is open to the buyer again."""
    last_day = given.get("expires_on")
    if state == MarketState.EXPIRED and "state" not in given and last_day is not None and last_day >= today:
        return MarketState.SENT
    return str(given.get("state", state))
