import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from config.backups.actions import restore
from config.backups.programs import BackupError


class Command(BaseCommand):
    help = "Puts a backup into the database that the settings name, checks it, and brings it to this release."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="in place of everything that is there")

    def handle(self, *_args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            done = restore(options["file"].resolve(), Path(settings.DATA_DIR), replace=options["replace"])
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - started
        self.stdout.write(f"{done.tables} tables, {done.rows:,} rows and {done.files} files in {seconds:.1f} s")
