"""Which kinds of findings there are, how much each may weigh at most, and which of two is named first: policy data.

What a finding weighs in a case is the lesser of its weight here and what its evidence carries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from prm.policy.schemas import PolicyValues

BLOCK, REVIEW, HINT = "block", "review", "hint"
ORDER = {BLOCK: 0, REVIEW: 1, HINT: 2}

PROTECTION, EARLIER, LATER = "rival_protection", "earlier_registration", "later_registration"
NAMED, EXISTING, KNOWN, THIN = "named_account", "existing_customer", "known_account", "thin_evidence"
OUTSIDE, TENDER, HOARDING, EMAIL = "outside_territory", "tender", "hoarding", "email_domain"
DIRECT, TOUCH = "direct_opportunity", "direct_touch"
FIRST_REFUSAL = "first_refusal"
INCUMBENT = "partner_of_record"

# What a decision or finding rests on when nobody says otherwise.
CLAUSE_OF: Mapping[str, str] = {
    "rival_protection": "3.1",
    "earlier_registration": "3.2",
    "later_registration": "3.2",
    "named_account": "3.3",
    "existing_customer": "3.4",
    "known_account": "3.4",
    "thin_evidence": "1.1",
    "hoarding": "1.3",
    "email_domain": "1.4",
    "first_refusal": "4.6",
    "partner_of_record": "3.9",
    "already_protected": "3.1",
    "duplicate": "1.2",
    "direct_opportunity": "3.7",
    "direct_touch": "3.7",
    "outside_territory": "3.5",
    "tender": "3.5",
    "incomplete": "1.1",
    "not_qualified": "1.1",
    "other": "2.3",
}

Place = Annotated[int, Field(ge=1, le=99)]


class Weighing(PolicyValues):
    """`weight` is the most that the kind may weigh; of two of one weight the one with the lower place comes first."""

    weight: Literal["block", "review", "hint"]
    place: Place


class Stops(PolicyValues):
    """What is protected for one partner is approved for no other, whatever else the rules say."""

    weight: Literal["block"] = "block"
    place: Place


class Decides(PolicyValues):
    """The place in line always counts for something."""

    weight: Literal["block", "review"]
    place: Place


class Tells(PolicyValues):
    """What stops nobody by itself."""

    weight: Literal["review", "hint"]
    place: Place


class Precedence(PolicyValues):
    """By kind of finding."""

    rival_protection: Stops = Stops(place=1)
    earlier_registration: Decides = Decides(weight="block", place=2)
    tender: Weighing = Weighing(weight="review", place=3)
    outside_territory: Weighing = Weighing(weight="review", place=4)
    named_account: Weighing = Weighing(weight="review", place=5)
    existing_customer: Weighing = Weighing(weight="review", place=6)
    hoarding: Weighing = Weighing(weight="review", place=7)
    email_domain: Weighing = Weighing(weight="review", place=8)
    later_registration: Tells = Tells(weight="hint", place=9)
    known_account: Tells = Tells(weight="hint", place=10)
    thin_evidence: Tells = Tells(weight="hint", place=11)
    direct_opportunity: Weighing = Weighing(weight="review", place=12)
    direct_touch: Weighing = Weighing(weight="review", place=13)
    first_refusal: Decides = Decides(weight="block", place=14)
    partner_of_record: Weighing = Weighing(weight="block", place=15)


KINDS = tuple(Precedence.model_fields)


@dataclass(frozen=True)
class Weights:
    """The precedence as the rules ask for it."""

    weight: Mapping[str, str]
    place: Mapping[str, int]

    def limited(self, kind: str, band: str) -> str:
        """The lesser of what the evidence carries and what the kind may weigh."""
        return max(band, self.weight[kind], key=ORDER.__getitem__)

    def rank(self, kind: str, band: str) -> tuple[int, int]:
        """The gravest and first is the least."""
        return ORDER[band], self.place[kind]


def weights_of(precedence: Precedence) -> Weights:
    rows = {kind: getattr(precedence, kind) for kind in KINDS}
    return Weights(
        weight={kind: row.weight for kind, row in rows.items()}, place={kind: row.place for kind, row in rows.items()}
    )


SHIPPED = weights_of(Precedence())
