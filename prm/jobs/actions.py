"""Starting long work, and doing it portion by portion."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.jobs.models import Job
from prm.jobs.sockets import KINDS
from prm.notices import doorbell

log = logging.getLogger(__name__)

# A portion that ends its process leaves no word: after that many tries it is not tried again.
MOST_ATTEMPTS = 5
# How much unfinished work is looked through for some that nobody has in hand.
LOOKED_AT = 20
# The number of the locks that say so.
IN_HAND = 7_300_010


@transaction.atomic
def start(*, kind: str, subject_id: str, total: int, by: User | None, now: datetime) -> Job:
    """Have it done, `total` portions. Raises StateConflict while something else is done with the same subject."""
    if kind not in KINDS:
        raise KeyError(kind)
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, subject_id=subject_id, total=total, created_at=now, created_by=by)
    except IntegrityError as error:
        raise StateConflict(_("This is being worked on already."), state="busy") from error
    doorbell.ring_after_commit()
    return job


def work(now: datetime | None = None) -> int:
    """One portion of the oldest work that nobody else has in hand. Returns how many were done."""
    for pk in Job.objects.unfinished().order_by("pk").values_list("pk", flat=True)[:LOOKED_AT]:
        with in_hand(pk) as mine:
            if mine:
                return _try(pk, now or database_now())
    return 0


@contextmanager
def in_hand(pk: int) -> Iterator[bool]:
    """False when another process has it. Whatever ends a process lets go of what it had in hand."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [IN_HAND, pk])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [IN_HAND, pk])


def _try(pk: int, now: datetime) -> int:
    """Counted before it is tried, in a transaction of its own: a portion may take its process down."""
    if not Job.objects.unfinished().filter(pk=pk, attempts__lt=MOST_ATTEMPTS).update(attempts=F("attempts") + 1):
        return _give_up(pk, now)
    try:
        return _portion(pk, now)
    except Exception as error:
        log.exception("A portion of long work failed")
        Job.objects.filter(pk=pk).update(last_error=f"{type(error).__name__}: {error}".splitlines()[0][:200])
        return 0


@transaction.atomic
def _give_up(pk: int, now: datetime) -> int:
    job = Job.objects.unfinished().select_for_update(of=("self",)).filter(pk=pk).first()
    if job is not None:
        job.failed_at = now
        job.save(update_fields=["failed_at"])
        KINDS[job.kind].failed(job, now)
    return 0


@transaction.atomic
def _portion(pk: int, now: datetime) -> int:
    job = Job.objects.unfinished().select_for_update(of=("self",)).filter(pk=pk).first()
    if job is None:
        return 0
    kind = KINDS[job.kind]
    if job.done < job.total:
        kind.portion(job, now)
        job.done += 1
    job.attempts, job.last_error = 0, ""
    if job.done == job.total:
        job.finished_at = now
        kind.finished(job, now)
    job.save(update_fields=["done", "attempts", "last_error", "finished_at"])
    return 1
