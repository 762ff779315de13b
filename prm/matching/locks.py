"""The lock of decisions about one customer: whoever holds it sees everything that was decided before."""

from django.db import connection

from prm.matching.identity import Identity

# The number that approvals queue under; never reused for another purpose.
CUSTOMERS = 7_300_001


def lock_customer(*identities: Identity) -> None:  # noqa: ARG001 - one queue holds for all of them
    """Queue up behind every other decision about these customers until the transaction ends.

    A statement of its own: at READ COMMITTED the next statement then sees what the one before it
    committed. Waits at most the connection's lock_timeout (OperationalError, 409 at the door).
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [CUSTOMERS])
