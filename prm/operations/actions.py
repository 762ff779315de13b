"""Noting that a job has run."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

from prm.operations.models import JobRun
from prm.questions import planned_once

TABLE = JobRun._meta.db_table
# A relay looks every two seconds; its row need not be written as often.
SUCCESS = (
    f"insert into {TABLE} as r (name, succeeded_at, last_error) values (%s, clock_timestamp(), '')"  # noqa: S608 - a constant name
    " on conflict (name) do update set succeeded_at = excluded.succeeded_at, last_error = ''"
    " where r.succeeded_at is null or r.failed_at > r.succeeded_at"
    " or r.succeeded_at < excluded.succeeded_at - interval '10 seconds'"
)
FAILURE = (
    f"insert into {TABLE} as r (name, failed_at, last_error) values (%s, clock_timestamp(), %s)"  # noqa: S608 - a constant name
    " on conflict (name) do update set failed_at = excluded.failed_at, last_error = excluded.last_error"
)


@contextmanager
def run_of(name: str) -> Iterator[None]:
    """Around the work of a job: its success is noted, or its failure, which goes on."""
    try:
        yield
    except Exception as error:
        # A database that is away is the failure itself, and takes no note of it.
        with suppress(Error):
            note_failure(name, error)
        raise
    note_success(name)


def note_success(name: str) -> None:
    with connection.cursor() as cursor, planned_once():
        cursor.execute(SUCCESS, [name])


def note_failure(name: str, error: Exception) -> None:
    """The kind of the error and its first line; what it was about stays in the log."""
    text = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    with connection.cursor() as cursor:
        cursor.execute(FAILURE, [name, text])
