"""Doors for the scheduler: each looks at the clock of the database and calls one verb."""

from celery import shared_task

from deals.protections import actions
from prm.clocks.database import database_now
from prm.operations.actions import run_of


@shared_task(name="deals.expire_due")
def expire_due(**_old: object) -> None:
    with run_of("expire-due"):
        actions.expire_due(now=database_now())


@shared_task(name="deals.remind_due")
def remind_due(**_old: object) -> None:
    with run_of("remind-due"):
        actions.remind_due(now=database_now())
