"""What the frozen terms of a deal pay, and when: plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from deals.registrations.quotes import ONCE, YEARLY
from deals.registrations.rules import CENT, MONTHS, earnings
from prm.ledger.rules import split

# Deals that were approved before terms said it.
WAIT_DAYS = 30


@dataclass(frozen=True)
class Due:
    """What is earned together: `rate` of `base`; `parts` by the public id of an organisation add up to it."""

    rate: Decimal
    base: Decimal
    parts: dict[str, Decimal]


def wait_days(terms: Mapping[str, Any]) -> int:
    return int(terms.get("payable_after_days", WAIT_DAYS))


def rate_of(terms: Mapping[str, Any], what: str) -> Decimal | None:
    """The frozen share of what is earned once or yearly; None when the terms do not pay it."""
    if not terms:
        return None
    if what == ONCE:
        return Decimal(terms["rate"])
    line = _yearly(terms)
    return Decimal(line["rate"]) if line else None


def once_due(terms: Mapping[str, Any], *, won_value: Decimal, currency: str, holder: str) -> Due | None:
    """Of what it was won for, not of what was registered."""
    rate = rate_of(terms, ONCE)
    return None if rate is None else _due(terms, rate, won_value, currency, holder)


def once_more(
    before: Mapping[str, Any], after: Mapping[str, Any], *, won_value: Decimal, currency: str, holder: str
) -> Due | None:
    """What terms that were put right pay once beyond those that were booked; None when it is nothing."""
    known = {"won_value": won_value, "currency": currency, "holder": holder}
    booked, due = once_due(before, **known), once_due(after, **known)  # type: ignore[arg-type]
    if booked is None or due is None or due.rate <= booked.rate:
        return None
    parts = {who: amount - booked.parts.get(who, Decimal(0)) for who, amount in due.parts.items()}
    return Due(due.rate - booked.rate, won_value, parts)


def is_while_of_record(terms: Mapping[str, Any]) -> bool:
    """Whether a year is paid for the days of a partner of record alone; older terms promised all of it."""
    return bool(terms.get("while_of_record"))


def year_due(
    terms: Mapping[str, Any],
    *,
    won_value: Decimal,
    refunded: Decimal,
    currency: str,
    holder: str,
    of_record: Decimal = Decimal(1),
) -> Due | None:
    """Of the base that was frozen, less the share of the deal that was refunded; of that the share of the year on
    which the partner was partner of record (`of_record`, 0 to 1), where the terms say so. None when nothing is due.
    """
    line = _yearly(terms)
    share = of_record if is_while_of_record(terms) else Decimal(1)
    if line is None or not share:
        return None
    kept = (won_value - refunded) / won_value if won_value else Decimal(0)
    base = (Decimal(line["base"]["amount"]) * kept * share).quantize(CENT, rounding=ROUND_HALF_EVEN)
    return _due(terms, Decimal(line["rate"]), base, currency, holder)


def first_year_end(terms: Mapping[str, Any], closed_on: date) -> date | None:
    """When the first year of managing is earned; None for terms that pay nothing yearly."""
    return years_after(closed_on, 1) if _yearly(terms) else None


def next_year_end(closed_on: date, done: int, months: int | None) -> date | None:
    """When the year after `done` years ends; None when the contract, if its length is known, is over by then."""
    if months is not None and done * MONTHS >= months:
        return None
    return years_after(closed_on, done + 1)


def years_after(day: date, years: int) -> date:
    """The same day of that year; the 28th for a 29th of February that it does not have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _yearly(terms: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((line for line in terms.get("lines", []) if line["what"] == YEARLY), None)


def _due(terms: Mapping[str, Any], rate: Decimal, base: Decimal, currency: str, holder: str) -> Due:
    shares = {row["organisation"]: Decimal(row["share"]) for row in terms.get("shares", [])} or {holder: Decimal(1)}
    parts = split(earnings(base, rate, currency), list(shares.values()), currency)
    return Due(rate, base, dict(zip(shares, parts, strict=True)))
