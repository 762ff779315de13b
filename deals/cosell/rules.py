"""Whom a request waits for, when a step is called to mind, and what is said of it; plain values."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from deals.cosell.states import CoSellState, Party

CALLED_BEFORE = timedelta(days=1)


class NextStep(NamedTuple):
    """What is to be done, by which side, on which day at the latest."""

    side: str
    text: str
    due_on: date


def other(side: str) -> Party:
    return Party.VENDOR if side == Party.PARTNER else Party.PARTNER


def waits_for(state: str, asked_by: str) -> Party | None:
    """The side that has to answer; None when nobody has."""
    return other(asked_by) if state == CoSellState.ASKED else None


def remind_at(due_at: datetime, now: datetime) -> datetime | None:
    """A day before; None for what is due so soon that whoever wrote it has just said so."""
    moment = due_at - CALLED_BEFORE
    return moment if moment > now else None


def clause(days: int) -> str:
    return _(
        "You may ask for one of our sellers at your side on an open registration, and we may ask you to sell together. "
        "The other side answers within %(days)d business days and names its person. Our seller reads the deal for as "
        "long as you sell together, and no longer. What you earn does not change by it."
    ) % {"days": days}
