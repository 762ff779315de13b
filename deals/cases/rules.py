"""What opens a case, and what its outcome asks for; plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from deals.cases.states import VERDICTS, CaseState


@dataclass(frozen=True)
class Shield:
    """A protected product line of a registration, and until when; None: until something is decided."""

    registration: int
    product: int
    until: datetime | None


def concerned(shields: Iterable[Shield], products: frozenset[int]) -> Mapping[int, datetime | None]:
    """Registrations whose protection the occasion meets, with its end. Without products it is about all of them."""
    met: dict[int, datetime | None] = {}
    for shield in shields:
        if not products or shield.product in products:
            met[shield.registration] = _later(met.get(shield.registration, shield.until), shield.until)
    return met


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def needs_reason(state: str) -> bool:
    """Whoever lets it pass, or calls it a breach, says why."""
    return state in (CaseState.PERMITTED, CaseState.BREACH)


def tells_partner(state: str) -> bool:
    """A seller who stands back has changed nothing for the partner."""
    return state in VERDICTS
