"""What a new release needs before its programs start: the tables it was written for, and the keys it finds by."""

from typing import Any

from django.core.checks import Tags
from django.core.management import BaseCommand, call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from prm.clocks.database import database_now
from prm.matching import rekeying
from prm.signing.keys import make_first_key

# Two machines that start at once on one database migrate one after the other.
MIGRATION_LOCK = 0x70726D


class Command(BaseCommand):
    help = "Brings the database to this release. Safe at any time, any number of times, in parallel."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with connection.cursor() as cursor:
            # A migration takes as long as it takes; the limits are for requests.
            cursor.execute("set statement_timeout = 0; set lock_timeout = 0")
            cursor.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            self.check(tags=[Tags.database], databases=[connection.alias])
            self.migrate()
        finally:
            # The limits of requests, and the lock, are the connection's.
            connection.close()

    def migrate(self) -> None:
        if unapplied():
            self.stdout.write("Migrations …")
            self.stdout.flush()
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        # Here, so that no verb has to make it while others wait for it.
        with transaction.atomic():
            make_first_key(now=database_now())
        if rekeying.stale_exists():
            self.stdout.write("Match keys …")
            self.stdout.flush()
            rekeying.wait_for_writers()
            rekeying.rekey()


def unapplied() -> bool:
    """Asked first, because a `migrate` with nothing to do takes a second."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
