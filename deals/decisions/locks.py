"""The one lock of decisions: whoever approves sees everything that was approved before."""

from prm.matching.locks import lock_customer


def lock_approvals() -> None:
    """Queue up behind every other approval until the transaction ends."""
    lock_customer()
