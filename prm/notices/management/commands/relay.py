"""`relay [--loop]`: the relay without Celery, so that promises are kept while Redis is away."""

import logging
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from prm.notices import relay
from prm.operations.actions import run_of

log = logging.getLogger(__name__)

ENDS = {signal.SIGTERM, signal.SIGINT}
DATABASE_AWAY = (OperationalError, InterfaceError)


class Command(BaseCommand):
    help = "Delivers what was promised and does what waits behind a commit, until nothing is left."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="look again every two seconds, or sooner, till SIGTERM")

    def handle(self, *_args: Any, loop: bool = False, **_options: Any) -> None:
        if loop:
            return self.look_until_ended()
        try:
            connection.ensure_connection()
        except DATABASE_AWAY as error:
            raise CommandError(f"The database does not answer: {first_line(error)}") from error
        with run_of("relay"):
            while relay.run():
                continue
        return None

    def look_until_ended(self) -> None:
        """Signals are held back during a pass and asked for between two: no pass is cut in half."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
        rounds, pause = relay.Rounds(), 0.0
        try:
            while signal.sigtimedwait(ENDS, pause) is None:
                pause = look(rounds)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def look(rounds: relay.Rounds) -> float:
    """One pass; in how many seconds to look again. A database that is away is waited for."""
    try:
        # Drops a connection that a restart of the database has broken.
        close_old_connections()
        connection.ensure_connection()
        with run_of("relay"):
            return rounds.look()
    except DATABASE_AWAY as error:
        log.warning("The database does not answer: %s", first_line(error))
        connection.close()
        return relay.IDLE_SECONDS


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
