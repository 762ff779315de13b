"""What an operator asks first: is everything running, and does anything lie about?"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from kombu import Connection

from prm.notices.models import Notice
from prm.operations import rules
from prm.operations.models import JobRun
from prm.operations.sockets import JOBS, READINGS, Job, Reading


@dataclass(frozen=True)
class JobState:
    job: Job
    succeeded_at: datetime | None
    failed_at: datetime | None
    last_error: str
    late: bool
    failing: bool


@dataclass(frozen=True)
class Outbox:
    """`waiting` is due and undelivered; `oldest` is the due time of the first of them."""

    waiting: int
    oldest: datetime | None
    parked: int


def jobs(now: datetime) -> list[JobState]:
    known = {run.name: run for run in JobRun.objects.all()}
    return [_state(job, known.get(job.name) or JobRun(name=job.name), now) for job in JOBS]


def _state(job: Job, run: JobRun, now: datetime) -> JobState:
    late = rules.is_late(run.succeeded_at, job.period, now)
    failing = rules.is_failing(run.succeeded_at, run.failed_at)
    return JobState(job, run.succeeded_at, run.failed_at, run.last_error, late, failing)


def outbox(now: datetime) -> Outbox:
    due = Notice.objects.undelivered().filter(due_at__lte=now)
    oldest = due.order_by("due_at").values_list("due_at", flat=True).first()
    return Outbox(due.count(), oldest, Notice.objects.parked().count())


def readings(now: datetime) -> list[tuple[Reading, int]]:
    return [(reading, reading.count(now)) for reading in READINGS]


def database_version() -> str:
    """As people write it: 18.4, 15.19."""
    number: int = connection.pg_version  # type: ignore[attr-defined]
    return f"{number // 10_000}.{number % 10_000}"


def redis_answers() -> bool:
    """Asked with little patience: nothing is lost without it."""
    options = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    try:
        with Connection(settings.CELERY_BROKER_URL, transport_options=options) as broker:
            broker.connect()
    except Exception:
        return False
    return True
