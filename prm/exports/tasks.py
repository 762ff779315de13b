from celery import shared_task

from prm.clocks.database import database_now
from prm.exports.actions import forget_old
from prm.operations.actions import run_of


@shared_task(name="prm.exports.forget_old")
def forget_old_exports(**_old: object) -> None:
    with run_of("forget-old-exports"):
        forget_old(now=database_now())
