"""The Celery application: a doorbell and a schedule."""

import os

from celery import Celery
from kombu import Queue

from config.schedule import BELL, SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("prm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
# A worker takes from both in turn.
app.conf.task_default_queue = "sweeps"
app.conf.task_queues = [Queue("sweeps"), Queue(BELL["queue"])]
app.autodiscover_tasks(["prm.notices", "prm.api", "prm.exports", "prm.matching", "partners", "deals"])
