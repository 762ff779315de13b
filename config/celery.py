"""The Celery application: a doorbell and a schedule."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from kombu import Queue

from config.schedule import BELL, SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("prm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
# A worker takes from both in turn.
app.conf.task_default_queue = "sweeps"
app.conf.task_queues = [Queue("sweeps"), Queue(BELL["queue"])]
app.autodiscover_tasks(
    [
        *("prm.notices", "prm.api", "prm.exports", "prm.files", "prm.ledger", "prm.matching", "prm.signing"),
        *("partners", "deals", "enablement"),
    ]
)


@worker_init.connect
def keep_what_is_loaded(**_given: Any) -> None:
    """As the web server does: the processes of the pool share what was loaded before the fork."""
    gc.collect()
    gc.freeze()
