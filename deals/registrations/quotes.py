"""What a deal would earn, for every part the partner could play in it; plain values."""

from dataclasses import dataclass
from decimal import Decimal

from deals.registrations import rules
from deals.registrations.states import Engagement, Motion, Opportunity
from deals.rulebook import DealRules

# Motions that pay the same whatever the partner's part is.
FLAT = frozenset({Motion.REFERRAL.value, Motion.INFLUENCE.value})


@dataclass(frozen=True)
class QuoteRow:
    """`earns` is None while the value is not known."""

    label: str
    share: Decimal
    earns: Decimal | None
    is_chosen: bool


@dataclass(frozen=True)
class Quote:
    value: Decimal | None
    currency: str
    rows: list[QuoteRow]
    is_renewal: bool

    @property
    def chosen(self) -> QuoteRow | None:
        return next((row for row in self.rows if row.is_chosen), None)


def quote(
    *,
    value: Decimal | None,
    currency: str,
    motion: str = "",
    opportunity: str = "",
    engagement: str = "",
    deal_rules: DealRules,
) -> Quote:
    """One row for a flat motion, else one for each engagement."""
    parts = [("", str(Motion(motion).label))] if motion in FLAT else Engagement.choices
    rows = []
    for part, label in parts:
        share = rules.rate(motion=motion, engagement=part, opportunity=opportunity, rules=deal_rules)
        earns = None if value is None else rules.earnings(value, share)
        rows.append(QuoteRow(_short(str(label)), share, earns, is_chosen=motion in FLAT or part == engagement))
    return Quote(value, currency, rows, is_renewal=opportunity == Opportunity.RENEWAL)


def _short(label: str) -> str:
    """`Shared` of `Shared: we do it together`."""
    return label.partition(":")[0]
