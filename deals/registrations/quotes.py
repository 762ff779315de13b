"""What a deal would earn, line by line, for every part the partner could play in it; plain values.

The form's card, the API, the terms that an approval freezes and the entries of a won deal all rest on it.
"""

from dataclasses import dataclass
from decimal import Decimal

from deals.registrations import rules
from deals.registrations.states import Engagement, Motion, Opportunity
from deals.rulebook import DealRules

# Motions that pay the same whatever the partner's part is.
FLAT = frozenset({Motion.REFERRAL.value, Motion.INFLUENCE.value})
ONCE, YEARLY = "once", "yearly"


@dataclass(frozen=True)
class Recurring:
    """`per` is one of Per, `months` the length of the contract."""

    amount: Decimal
    per: str
    months: int


@dataclass(frozen=True)
class QuoteLine:
    """`what` is once or yearly, `rate` a share; `base` and `amount` are None while the value is not known."""

    what: str
    rate: Decimal
    base: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True)
class QuoteRow:
    """One part the partner could play. `engagement` is empty for a motion that pays the same for all."""

    engagement: str
    label: str
    lines: list[QuoteLine]
    is_chosen: bool

    @property
    def share(self) -> Decimal:
        return self.lines[0].rate

    @property
    def earns(self) -> Decimal | None:
        """Once; see also: yearly."""
        return self.lines[0].amount

    @property
    def yearly(self) -> QuoteLine | None:
        return next((line for line in self.lines if line.what == YEARLY), None)

    @property
    def total(self) -> Decimal | None:
        """Once, and one year of what comes each year."""
        amounts = [line.amount for line in self.lines if line.amount is not None]
        return sum(amounts, Decimal(0)) if amounts else None


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
    recurring: Recurring | None = None,
    motion: str = "",
    opportunity: str = "",
    engagement: str = "",
    deal_rules: DealRules,
) -> Quote:
    """One row for a flat motion, else one for each engagement."""
    parts = [("", str(Motion(motion).label))] if motion in FLAT else Engagement.choices
    rows = []
    for part, label in parts:
        kept = lines(
            value=value,
            currency=currency,
            recurring=recurring,
            motion=motion,
            opportunity=opportunity,
            engagement=part,
            deal_rules=deal_rules,
        )
        rows.append(QuoteRow(part, _short(str(label)), kept, is_chosen=motion in FLAT or part == engagement))
    return Quote(value, currency, rows, is_renewal=opportunity == Opportunity.RENEWAL)


def lines(
    *,
    value: Decimal | None,
    currency: str,
    recurring: Recurring | None,
    motion: str,
    opportunity: str,
    engagement: str,
    deal_rules: DealRules,
) -> list[QuoteLine]:
    """What is earned once, and for a managed customer what comes each year.

    A year's base is what recurs in it; where nothing recurring is registered, the value.
    """
    once = rules.rate(motion=motion, engagement=engagement, opportunity=opportunity, rules=deal_rules)
    found = [_line(ONCE, once, value, currency)]
    yearly = rules.yearly_rate(motion=motion, opportunity=opportunity, rules=deal_rules)
    if yearly:
        found.append(_line(YEARLY, yearly, _a_year(recurring) if recurring else value, currency))
    return found


def _a_year(recurring: Recurring) -> Decimal:
    return rules.a_year_of(recurring.amount, recurring.per, recurring.months)


def _line(what: str, rate: Decimal, base: Decimal | None, currency: str) -> QuoteLine:
    return QuoteLine(what, rate, base, None if base is None else rules.earnings(base, rate, currency))


def _short(label: str) -> str:
    """`Shared` of `Shared: we do it together`."""
    return label.partition(":")[0]
