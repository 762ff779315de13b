"""The one lock of decisions: whoever approves sees everything that was approved before."""

from django.db import connection

# Advisory lock numbers of the product; never reused for another purpose.
APPROVALS = 7_300_001


def lock_approvals() -> None:
    """Queue up behind every other approval until the transaction ends.

    A statement of its own: at READ COMMITTED the next statement then sees what the one before it
    committed. Waits at most the connection's lock_timeout (OperationalError, 409 at the door).
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [APPROVALS])
