"""Dates of an appeal, and what can still be done for whoever was right; plain values."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from deals.conflicts.rules import Found, protection_in_the_way
from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar
from prm.currencies import minor_digits

FREE, PROTECTED = "free", "protected"


def appeal_until(decided_at: datetime, rules: DealRules, calendar: Calendar) -> datetime:
    return calendar.due(decided_at, rules.appeal_business_days)


def decision_due(asked_at: datetime, rules: DealRules, calendar: Calendar) -> datetime:
    return calendar.due(asked_at, rules.appeal_decision_business_days)


def still_free(found: Iterable[Found], products: frozenset[int]) -> frozenset[int]:
    """The product lines that nobody else is protected for."""
    kept = list(found)
    return frozenset(one for one in products if protection_in_the_way(kept, frozenset({one})) is None)


def is_payable(amount: Decimal | None, currency: str, *, most: Decimal | None) -> bool:
    """Whether it can be paid out: above nothing, in whole coins, and not more than the deal is worth."""
    if amount is None or amount <= 0 or amount > (most or Decimal(0)):
        return False
    return amount == amount.quantize(Decimal(1).scaleb(-minor_digits(currency)))
