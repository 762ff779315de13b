from celery import shared_task

from prm.clocks.database import database_now
from prm.files.actions import sweep
from prm.operations.actions import run_of


@shared_task(name="prm.files.sweep")
def sweep_files(**_old: object) -> None:
    with run_of("sweep-files"):
        sweep(now=database_now())
