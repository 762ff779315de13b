"""Rows that somebody else is changing right now: held by a connection of another thread."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event as Signal
from typing import TypeVar

from django.db import connection, models, transaction

T = TypeVar("T")
PATIENCE = 20


def away(verb: Callable[[], T]) -> T:
    """In a thread: the connection that the verb opened is closed with it."""
    try:
        return verb()
    finally:
        connection.close()


@contextmanager
def unfinished(verb: Callable[[], object]) -> Iterator[Signal]:
    """The verb is done and not yet committed; it commits when the signal is set, or at the end of the block."""
    done, go_on = Signal(), Signal()

    def slowly() -> None:
        with transaction.atomic():
            verb()
            done.set()
            go_on.wait(timeout=PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        held: Future[None] = pool.submit(away, slowly)
        try:
            while not done.wait(timeout=0.05) and not held.done():
                """Either it comes as far as that, or it fails and says why below."""
            yield go_on
        finally:
            go_on.set()
            held.result(timeout=PATIENCE)


@contextmanager
def held(row: models.Model) -> Iterator[None]:
    """Another connection has locked the row."""
    rows = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk)
    with unfinished(lambda: rows.get()):
        yield


@contextmanager
def impatient(milliseconds: int = 200) -> Iterator[None]:
    """This connection waits less long for a lock than the three seconds of a request."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, false)", [f"{milliseconds}ms"])
        try:
            yield
        finally:
            cursor.execute("reset lock_timeout")


def somebody_waits() -> bool:
    """For a lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks join pg_stat_activity using (pid)"
            " where not granted and datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def meanwhile(first: Callable[[], object], second: Callable[[], T]) -> T:
    """The second verb comes to wait for the first, which then commits: the order is always the same."""
    with ThreadPoolExecutor(1) as pool, unfinished(first) as commit:
        waiting = pool.submit(away, second)
        end = time.monotonic() + PATIENCE
        while not (waiting.done() or somebody_waits()) and time.monotonic() < end:
            time.sleep(0.02)
        commit.set()
        return waiting.result(timeout=PATIENCE)
