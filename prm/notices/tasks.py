from celery import shared_task

from prm.notices import doorbell, relay
from prm.operations.actions import run_of


@shared_task(name=doorbell.TASK)
def run_relay(**_old: object) -> None:
    """Look once. Messages carry no work: a lost or doubled one changes nothing."""
    with run_of("relay"):
        while relay.run():
            continue
