"""Locks over a customer: decisions about what may be the same company wait for each other, strangers do not."""

from django.db import connection
from django.db.transaction import TransactionManagementError

from prm.matching.identity import Identity
from prm.matching.normaliser import normalise
from prm.matching.rules import BLOCK_FROM, deciding
from prm.matching.versions import hold_version
from prm.questions import planned_once

# Locked as negative numbers: the product's own advisory locks have positive ones.
_NEGATIVE = -(2**63)
# A function in `from` gives its rows one by one in their order, so everybody queues in the same one.
_LOCK = """
    select current_setting('transaction_isolation'), count(*)
    from (select pg_advisory_xact_lock(number) from unnest(%(numbers)s::bigint[]) as number offset 0) as held
"""


def lock_customer(*identities: Identity, block_from: float = BLOCK_FROM) -> None:
    """Queue up behind every decision about a company that one of these could be, until the transaction ends.

    Could be: with a score of `block_from` or more.

    All at once for everything that a decision is about, before a row is locked and before anything is read that it
    rests on: what the one before it committed is seen by the next statement at READ COMMITTED alone. Waits at most
    the connection's lock_timeout (OperationalError, 409 at the door); raises TransactionManagementError outside a
    transaction and at any other isolation.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A customer is locked for a transaction, and there is none.")
    hold_version()
    with connection.cursor() as cursor, planned_once():
        cursor.execute(_LOCK, {"numbers": lock_numbers(*identities, block_from=block_from)})
        isolation, _held = cursor.fetchone()
    if not isolation.startswith("read "):
        raise TransactionManagementError(f"A decision needs READ COMMITTED; this transaction is {isolation.upper()}.")


def lock_numbers(*identities: Identity, block_from: float = BLOCK_FROM) -> list[int]:
    """The advisory locks of these, each once, in the order in which everybody takes them; all negative."""
    found = (deciding(normalise(identity), block_from) for identity in identities)
    return sorted({key | _NEGATIVE for keys in found for key in keys})
