"""How long a price is held: plain values in, plain values out."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from deals.incentives import PriceHold as HoldRules
from deals.registrations.states import Opportunity
from prm.clocks.calendar import end_of_day, local_date

# They go on with what the customer has.
CONTINUING = frozenset({Opportunity.RENEWAL.value, Opportunity.EXPANSION.value})
REMIND_DAYS = 30


@dataclass(frozen=True)
class Held:
    """A price per unit and year, until 23:59:59 of its last day."""

    price: Decimal
    currency: str
    until: datetime


def months_later(day: date, months: int) -> date:
    """The same day of that month, or its last one."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def held(
    *,
    listed: tuple[Decimal, str],
    running: Held | None,
    product: str,
    opportunity: str,
    model: str,
    rules: HoldRules,
    approved_at: datetime,
    time_zone: str,
) -> Held | None:
    """What an approval holds of a product: for a renewal or an expansion the price that is held already, until then.

    A hold that runs is kept whatever the rules say meanwhile; a new one is of the list price, by the rules in force.
    """
    if running is not None and opportunity in CONTINUING:
        return running
    months = rules.months_for(model)
    if not months or not rules.holds(product):
        return None
    last = months_later(local_date(approved_at, time_zone), months)
    return Held(*listed, end_of_day(last, time_zone))
