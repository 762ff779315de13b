from celery import shared_task

from enablement.library.sweeping import library_due
from prm.clocks.database import database_now
from prm.operations.actions import run_of


@shared_task(name="enablement.library_due")
def remind_of_library(**_old: object) -> None:
    with run_of("library-due"):
        library_due(now=database_now())
