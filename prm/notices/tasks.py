from time import monotonic

from celery import shared_task

from prm.notices import doorbell, relay
from prm.operations.actions import run_of

# After this long no other pass is begun: a mail server that takes a second for each would keep every process of a
# worker from what the scheduler asks for.
MOST_SECONDS = 5.0


@shared_task(name=doorbell.TASK)
def run_relay(**_old: object) -> None:
    """Look. Messages carry no work: a lost or doubled one changes nothing.

    Under steady load there is always more; a worker that never came to an end would do nothing else.
    """
    rounds, until = relay.Rounds(), monotonic() + MOST_SECONDS
    with run_of("relay"):
        while not rounds.look() and monotonic() < until:
            pass
