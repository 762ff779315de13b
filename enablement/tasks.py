"""Doors for the scheduler: each looks at the clock of the database and calls one verb."""

from celery import shared_task

from enablement.certificates import sweeps
from prm.clocks.database import database_now
from prm.operations.actions import run_of


@shared_task(name="enablement.expire_due")
def expire_due(**_old: object) -> None:
    with run_of("expire-certificates"):
        sweeps.expire_due(now=database_now())


@shared_task(name="enablement.remind_due")
def remind_due(**_old: object) -> None:
    with run_of("remind-certificates"):
        sweeps.remind_due(now=database_now())
