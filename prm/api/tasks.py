from datetime import timedelta

from celery import shared_task

from prm.accounts import attempts
from prm.accounts.sessions.actions import forget_ended
from prm.api import idempotency
from prm.clocks.database import database_now
from prm.operations.actions import run_of


@shared_task(name="prm.api.forget_old_keys")
def forget_old_keys(**_old: object) -> None:
    """Safe at any time: what it deletes counts for nothing any more."""
    now = database_now()
    with run_of("forget-old-keys"):
        idempotency.forget_before(now - idempotency.KEPT - timedelta(hours=1))
        attempts.forget_before(now - timedelta(days=2))
        forget_ended(now)
