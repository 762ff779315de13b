"""Doors for the scheduler: each looks at the clock of the database and calls one verb."""

from celery import shared_task

from partners.lists.actions import forget_old
from prm.clocks.database import database_now
from prm.operations.actions import run_of


@shared_task(name="partners.forget_old_lists")
def forget_old_lists(**_old: object) -> None:
    with run_of("forget-old-lists"):
        forget_old(now=database_now())
