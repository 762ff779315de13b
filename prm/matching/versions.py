"""Which engine made the keys that are stored, and that none of them is made anew in the middle of a decision."""

from django.db import connection

from prm.questions import planned_once

# Advisory lock number; never reused for another purpose.
REKEY = 7_300_005


def hold_version() -> None:
    """Until the transaction ends, nobody makes all keys anew; those who hold it do not wait for each other.

    Whoever makes them anew takes the lock alone, briefly, and touches no record while it has it.
    """
    with connection.cursor() as cursor, planned_once():
        cursor.execute("select pg_advisory_xact_lock_shared(%s::bigint)", [REKEY])
