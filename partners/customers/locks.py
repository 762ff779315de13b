"""Locks over customers that are known: the second step of a decision, after those over their keys."""

from collections.abc import Iterable

from django.db import connection

# First number of an advisory lock of two; never reused for another purpose. The second has 32 bits.
ACCOUNTS = 7_300_006
_BITS = 2**31
_LOCK = "select pg_advisory_xact_lock(%s::int, number) from unnest(%s::int[]) as number"


def lock_accounts(ids: Iterable[int]) -> None:
    """Queue up behind every decision that rests on one of these customers, until the transaction ends.

    No row is locked: imports and people may change the customer meanwhile.
    """
    numbers = sorted({account % _BITS for account in ids})
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [ACCOUNTS, numbers])
