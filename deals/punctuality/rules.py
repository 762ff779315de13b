"""What happens when a decision is late: plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from deals.conflicts.rules import Found
from deals.precedence import BLOCK, EARLIER, HINT
from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar

BLOCKING, UNDECIDED = "blocking", "earlier_undecided"
# The finest step of the database's clock.
INSTANT = timedelta(microseconds=1)
# Of a group that is smaller, what one rival does could be read from the whole.
SMALLEST_GROUP = 5


def second_of(first: int | None, deputy: int | None, loads: Mapping[int, int]) -> int | None:
    """Who decides beside the PAM (primary keys): the deputy, else who has least to decide; None without another.

    `loads` says how much each of those who decide now has to do; of several the one who is here longest.
    """
    if deputy in loads and deputy != first:
        return deputy
    others = [(load, person) for person, load in loads.items() if person != first]
    return min(others)[1] if others else None


def provisional_due(missed: datetime, rules: DealRules, calendar: Calendar) -> datetime:
    return calendar.due(missed, rules.provisional_after_business_days)


def provisional_end(decided: datetime, rules: DealRules, calendar: Calendar) -> datetime:
    """When it ends after a refusal."""
    return calendar.due(decided, rules.provisional_until_business_days)


def closed_at(now: datetime, since: datetime) -> datetime:
    """Whoever waited for the protection has the older clock; nothing ends before it began."""
    return max(now, since + INSTANT)


def bars(found: Iterable[Found]) -> str:
    """Why there is no provisional protection: something blocks, or somebody else is ahead in the line; else empty."""
    kinds = {BLOCKING: False, UNDECIDED: False}
    for finding in found:
        kinds[UNDECIDED] |= finding.kind == EARLIER and finding.band != HINT
        kinds[BLOCKING] |= finding.kind != EARLIER and finding.band == BLOCK
    return next((name for name, is_so in kinds.items() if is_so), "")


def may_be_shown(partners_beside: int) -> bool:
    """Whether a figure of all is far enough from what any single other partner did."""
    return partners_beside >= SMALLEST_GROUP
