"""What an extension does to the end of a protection; plain values."""

from datetime import datetime, timedelta

from deals.rulebook import DealRules
from prm.clocks.calendar import end_of_day, local_date


def extended_end(until: datetime, rules: DealRules, time_zone: str) -> datetime:
    """23:59:59 of the day so many days after the one on which it would end, on the partner's wall."""
    return end_of_day(local_date(until, time_zone) + timedelta(days=rules.extension_days), time_zone)


def refused_end(before: datetime, now: datetime) -> datetime:
    """Where a protection ends whose extension is refused: as before it was asked for, or now if that has passed.

    What was protected while the vendor took its time stays protected.
    """
    return max(before, now)
