"""From which score on a match is for review, and from which it blocks: values with an effective date.

A schema of its own, beside the rules of engagement: partners read those, and whoever knew the edges of the bands
could describe a customer so that it stays below them.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from prm.matching.rules import Thresholds
from prm.policy.papers import PAPERS, Paper, Words
from prm.policy.schemas import SCHEMAS, PolicyValues
from prm.policy.selectors import Current, current

SCHEMA = "matching"

# Below the lowest edge nothing is told at all. Between the two ranges lie names that many use, and companies of one
# family: the first are never enough to block, the second always enough for a person to look.
LOWEST_REVIEW, HIGHEST_REVIEW = Decimal("0.65"), Decimal("0.82")
LOWEST_BLOCK, HIGHEST_BLOCK = Decimal("0.83"), Decimal("1.00")


class MatchingRules(PolicyValues):
    """Edges of the bands, as scores from 0 to 1 in steps of a hundredth."""

    review_from: Annotated[Decimal, Field(ge=LOWEST_REVIEW, le=HIGHEST_REVIEW, decimal_places=2)] = Decimal("0.78")
    block_from: Annotated[Decimal, Field(ge=LOWEST_BLOCK, le=HIGHEST_BLOCK, decimal_places=2)] = Decimal("0.90")

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(float(self.review_from), float(self.block_from))


SCHEMAS.register(SCHEMA, MatchingRules)


def in_force(now: datetime) -> Current[MatchingRules]:
    return current(SCHEMA, MatchingRules, now=now)


PAPERS.register(
    SCHEMA,
    Paper(
        title=_("Recognising customers"),
        description=_("From which score on a match is for review, and from which it blocks. For the vendor's eyes."),
        words={
            "review_from": Words(_("For review from"), _("Per cent.")),
            "block_from": Words(_("Blocks from"), _("Per cent.")),
        },
        page="matching-quality",
    ),
)
