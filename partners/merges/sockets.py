"""What belongs to a customer in other rooms, and goes with it when it is merged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from partners.customers.models import Account
from prm.registry import Registry


@dataclass(frozen=True)
class Holding:
    """`lock` holds the rows of a customer until the transaction ends; it is called before the customer is locked.

    `move(merged, survivor, now)` makes them the survivor's and returns their keys; a StateConflict says what stands
    in the way. `give_back(keys, survivor, merged)` returns how many of them were still the survivor's.
    """

    lock: Callable[[Account], object]
    move: Callable[[Account, Account, datetime], list[int]]
    give_back: Callable[[list[int], Account, Account], int]


HOLDINGS: Registry[Holding] = Registry("holding of a customer")


def holdings() -> list[tuple[str, Holding]]:
    return [(name, HOLDINGS[name]) for name in HOLDINGS.names()]
