"""Lower terms, and why some are not proposed; plain values."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from deals.earnings.rules import rate_of
from deals.registrations.quotes import ONCE, YEARLY
from deals.registrations.rules import earnings
from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar

# Codes of what is wrong with a rate.
OUT_OF_RANGE, NOT_PAID, NOT_LOWER, EARNED = "out_of_range", "not_paid", "not_lower", "earned"


def answer_due(proposed_at: datetime, rules: DealRules, calendar: Calendar) -> datetime:
    return calendar.due(proposed_at, rules.consent_business_days)


def wrong(terms: Mapping[str, Any], rates: Mapping[str, Decimal | None], *, earned: frozenset[str]) -> dict[str, str]:
    """Code by what is earned (once, yearly) of the rates that may not be proposed. `earned` is booked for good."""
    found: dict[str, str] = {}
    for what, rate in rates.items():
        frozen = rate_of(terms, what)
        if rate is None:
            continue
        if not Decimal(0) <= rate <= Decimal(1):
            found[what] = OUT_OF_RANGE
        elif frozen is None:
            found[what] = NOT_PAID
        elif rate >= frozen:
            found[what] = NOT_LOWER
        elif what in earned:
            found[what] = EARNED
    return found


def lowered(terms: Mapping[str, Any], rates: Mapping[str, Decimal | None]) -> dict[str, Any]:
    """The terms with these rates by what is earned; what has none stays, and so does everything else that they say."""
    currency, once = terms["value"]["currency"], rates.get(ONCE)
    found = dict(terms)
    if once is not None:
        amount = earnings(Decimal(terms["value"]["amount"]), once, currency)
        found |= {"rate": _said(once), "earns": {"amount": str(amount), "currency": currency}}
    if "lines" in terms:
        found["lines"] = [_line(line, rates.get(line["what"]), currency) for line in terms["lines"]]
    return found


def _line(line: Mapping[str, Any], rate: Decimal | None, currency: str) -> dict[str, Any]:
    if rate is None:
        return dict(line)
    amount = earnings(Decimal(line["base"]["amount"]), rate, currency)
    return {**line, "rate": _said(rate), "amount": {"amount": str(amount), "currency": currency}}


def _said(rate: Decimal) -> str:
    """As an approval writes it."""
    return str(rate.normalize())


def rates_of(terms: Mapping[str, Any]) -> dict[str, Decimal]:
    """What the terms pay, by what is earned."""
    found = {what: rate_of(terms, what) for what in (ONCE, YEARLY)}
    return {what: rate for what, rate in found.items() if rate is not None}
