"""When silence is a sign."""

from datetime import datetime, timedelta

# A restart takes seconds, and a job of every few seconds may miss some of its turns.
LEAST_PATIENCE = timedelta(minutes=2)


def is_late(last: datetime | None, period: timedelta, now: datetime) -> bool:
    """Two periods without success, or none ever."""
    return last is None or now - last > max(2 * period, LEAST_PATIENCE)


def is_failing(succeeded: datetime | None, failed: datetime | None) -> bool:
    """The newest that is known of it is a failure."""
    return failed is not None and (succeeded is None or failed > succeeded)
