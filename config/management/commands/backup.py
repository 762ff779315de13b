import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from config.backups.actions import forget_old, take
from config.backups.programs import BackupError


class Command(BaseCommand):
    help = "Writes a backup of the database and its files while the programme runs, and prints its path."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="where to (default: backups in PRM_DATA)")
        parser.add_argument("--keep", type=int, metavar="N", help="delete all but the newest N in that folder")

    def handle(self, *_args: Any, **options: Any) -> None:
        data = Path(settings.DATA_DIR)
        folder: Path = options["folder"] or data / "backups"
        keep: int | None = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("--keep must be 1 or more.")
        started = time.monotonic()
        try:
            file = take(folder.resolve(), data)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(file))
        self.stderr.write(f"{file.stat().st_size:,} bytes in {time.monotonic() - started:.1f} s")
        if keep:
            for old in forget_old(folder, keep):
                self.stderr.write(f"Deleted {old}")
