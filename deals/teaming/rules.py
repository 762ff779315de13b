"""Shares of one protection: plain values in, plain values out."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar
from prm.ledger.rules import split

WHOLE = 100


def is_within(per_cent: int, rules: DealRules) -> bool:
    """Neither holder has less than the smallest share."""
    least = rules.teaming_least_per_cent
    return least <= per_cent <= WHOLE - least


def shares(per_cent: int) -> tuple[Decimal, Decimal]:
    """Of the two holders; they add up to one."""
    share = Decimal(per_cent) / WHOLE
    return share, 1 - share


def answer_due(proposed: datetime, rules: DealRules, calendar: Calendar) -> datetime:
    return calendar.due(proposed, rules.teaming_business_days)


def postponed(due: datetime | None, proposed: datetime, until: datetime, calendar: Calendar) -> datetime | None:
    """The decision's date while two partners are asked: later by the business time that they have.

    What is late already stays late.
    """
    if due is None or due <= proposed:
        return due
    return calendar.postpone(due, calendar.business_time(proposed, until))


def parted(total: Decimal, before: Decimal, shares: Sequence[Decimal], currency: str) -> list[Decimal]:
    """What each holder's part grows by when a sum grows from `before` to `total`: the parts of all steps together are
    the parts of the whole, to the cent."""
    parts = zip(split(total, shares, currency), split(before, shares, currency), strict=True)
    return [now - then for now, then in parts]
