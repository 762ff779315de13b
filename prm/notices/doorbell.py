"""Ring the relay after commit. Redis is a doorbell: when it is silent, the sweep finds the work anyway."""

import logging
import time

from celery import current_app
from django.db import connection, transaction
from kombu.pools import producers

log = logging.getLogger(__name__)

TASK = "prm.relay"
# A queue of its own: however often it rings, what the scheduler asks for is not behind it in a line.
QUEUE = "bell"
# The scheduler rings every five seconds anyway: an older ring has nothing to say.
HEARD_FOR_SECONDS = 10
# After a failed ring nobody tries again for this long, so that a hung broker delays few requests. The relay's
# own loop looks every two seconds meanwhile.
QUIET_SECONDS = 15.0
# Under a burst the relay is busy with its first ring, and finds what comes just after it.
PAUSE_SECONDS = 1.0
# A worker waits for its broker, a person waits for nobody's: one try, and hardly longer than a page takes.
IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 0.25, "socket_timeout": 0.25}

_quiet_until = 0.0


def ring_after_commit() -> None:
    """Once per transaction, however many promises it makes."""
    if not any(entry[1] is ring for entry in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        broker = current_app.connection_for_write(transport_options=IMPATIENT)
        with producers[broker].acquire(block=True, timeout=0.25) as producer:
            current_app.send_task(
                TASK, producer=producer, retry=False, ignore_result=True, queue=QUEUE, expires=HEARD_FOR_SECONDS
            )
        _quiet_until = time.monotonic() + PAUSE_SECONDS
    except Exception as error:
        # Whatever the broker answers, the promise is committed and the sweep will find it.
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("The relay could not be rung: %s", error)
