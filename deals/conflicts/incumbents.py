"""What the customer has bought before, and which partner looks after it: plain values."""

from dataclasses import dataclass
from datetime import datetime

from deals.precedence import BLOCK, EXISTING, HINT, INCUMBENT, REVIEW

Told = tuple[tuple[str, str], ...]
FOLLOWING = ("renewal", "expansion")
# Nobody's name: what the reviewer reads beyond it stands on the customer's page.
OWN: Told = (("of_record", "The partner is the customer's partner of record, by the customer's consent."),)
FOLLOWS: Told = (("of_record", "Renewals and expansions are for the partner of record that the customer chose."),)
NEW_BUSINESS: Told = (("of_record", "The customer has another partner of record; this is about new business."),)


@dataclass(frozen=True)
class OfRecord:
    """The customer has a partner of record until then: the partner that asks (`own`), or another."""

    own: bool
    until: datetime


def existing(opportunity: str, *, is_existing: bool, record: OfRecord | None) -> list[tuple[str, Told, str]]:
    """Kinds of findings, what is told, and the most that each carries.

    Renewals and expansions are for whoever is partner of record; new business with its customer is for a person.
    """
    follows = opportunity in FOLLOWING
    incumbent = record is not None and record.own and follows
    found: list[tuple[str, Told, str]] = []
    if is_existing:
        found.append((EXISTING, OWN if incumbent else (), HINT if incumbent else BLOCK))
    if record is not None and not record.own:
        found.append((INCUMBENT, FOLLOWS if follows else NEW_BUSINESS, BLOCK if follows else REVIEW))
    return found
