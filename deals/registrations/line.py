"""The line that registrations wait in: taking a place, and making sure that nobody ahead is still on the way.

A place is drawn before its transaction commits. Whoever approves first waits for places that are drawn
but not yet visible, so that a later registration cannot slip past an earlier one in that moment.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from prm.questions import planned_once

# Advisory lock number; never reused for another purpose.
PLACES = 7_300_002
TAKE = """
    with known as materialized (select pg_advisory_xact_lock_shared(%s))
    select clock_timestamp(), nextval('deals_place_in_line') from known
"""


@dataclass(frozen=True)
class Kept:
    """A place that was taken before, and why a new registration keeps it; receipts say both."""

    since: datetime
    because: str


def take_place() -> tuple[datetime, int]:
    """The database's clock and a sequence: the order in line for every host alike.

    The shared lock makes the place known to `await_places` until the transaction ends; those who
    submit do not wait for each other. The lock is held before the place is drawn.
    """
    with connection.cursor() as cursor, planned_once():
        cursor.execute(TAKE, [PLACES])
        row: tuple[datetime, int] = cursor.fetchone()
    return row


def await_places() -> None:
    """Return when every place that was drawn before now is visible, or was given up.

    Taken and let go in one statement: submissions are held up for an instant, not for a decision.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s), pg_advisory_unlock(%s)", [PLACES, PLACES])
