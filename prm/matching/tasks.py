"""What the scheduler asks of matching."""

from celery import shared_task

from prm.matching import rekeying
from prm.operations.actions import run_of

# Beside the daily work; the rest waits for the next time.
BATCHES = 20


@shared_task(name="prm.matching.rekey_stale")
def rekey_stale(**_old: object) -> int:
    """Records that a process of the release before has keyed get the keys of this one; how many have."""
    with run_of("rekey-stale"):
        return rekeying.rekey(batches=BATCHES) if rekeying.stale_exists() else 0
