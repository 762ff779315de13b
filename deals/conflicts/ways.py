"""What would change the answer: in products and dates for the reviewer, in own evidence for the partner."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHOUT, FREE_FROM = "without", "free_from"
# A protection ends at the last second of a day.
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Obstacle:
    """A blocking finding: the products that it is about (none: all of them), and when it ends by itself, if it does."""

    products: frozenset[str]
    until: datetime | None = None


@dataclass(frozen=True)
class Way:
    """`without` these products an exclusive approval is free; or they are `free_from` that moment on."""

    kind: str
    products: tuple[str, ...]
    at: datetime | None = None


def ways(products: Iterable[str], obstacles: Iterable[Obstacle]) -> list[Way]:
    """What the reviewer can offer, the products first and then the dates, the soonest first."""
    asked, known = set(products), list(obstacles)
    if any(not obstacle.products for obstacle in known):
        return []
    blocked = asked & {product for obstacle in known for product in obstacle.products}
    found = [Way(WITHOUT, tuple(sorted(blocked)))] if blocked and asked - blocked else []
    ends: dict[datetime, list[str]] = {}
    for product in sorted(blocked):
        untils = [obstacle.until for obstacle in known if product in obstacle.products]
        if (end := _last(untils)) is not None:
            ends.setdefault(end + A_SECOND, []).append(product)
    return found + [Way(FREE_FROM, tuple(named), at) for at, named in sorted(ends.items())]


def _last(untils: list[datetime | None]) -> datetime | None:
    """None when one of them does not end by itself."""
    known = [until for until in untils if until is not None]
    return max(known) if known and len(known) == len(untils) else None


@dataclass(frozen=True)
class Own:
    """What the partner itself has given of the customer; never what anybody else has."""

    website: bool
    tax_number: bool
    mailbox: bool


# By the reason of a rejection: which missing pieces of the own evidence could change it, and what else could.
IDENTITY = ("tax_number", "website", "mailbox")
COUNTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "already_protected": (IDENTITY, ("other_products",)),
    "duplicate": (IDENTITY, ("other_products",)),
    "direct_opportunity": (IDENTITY, ("other_products",)),
    "named_account": (IDENTITY, ()),
    "existing_customer": (IDENTITY, ("other_products",)),
    "partner_of_record": (IDENTITY, ("consent",)),
    "outside_territory": ((), ("buying_site",)),
    "tender": ((), ("other_need",)),
    "incomplete": (IDENTITY, ()),
    "not_qualified": ((), ("more_work",)),
}


def own_evidence(reason: str, own: Own) -> tuple[str, ...]:
    """Codes of what the partner could show: the pieces that it has not given, then what it could do otherwise.

    The answer follows from the reason and the own registration alone, so it tells nothing of a rival.
    """
    pieces, more = COUNTS.get(reason, ((), ()))
    return (*(piece for piece in pieces if not getattr(own, piece)), *more)
