"""What the scheduler asks of receipts."""

from celery import shared_task

from prm.clocks.database import database_now
from prm.operations.actions import run_of
from prm.signing.actions import forget_retired
from prm.signing.checking import part_for, verify
from prm.signing.publishing import publish_roots as publish


@shared_task(name="prm.signing.publish_roots")
def publish_roots(**_old: object) -> None:
    with run_of("publish-roots"):
        publish(now=database_now())
        forget_retired(database_now())


@shared_task(name="prm.signing.verify_receipts")
def verify_receipts(**_old: object) -> None:
    now = database_now()
    with run_of("verify-receipts"):
        verify(now=now, part=part_for(now))
