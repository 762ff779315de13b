"""Everything that `make run` starts: engines, database, static files, demo, and the application's programs."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connections

from config.embedded import attach_or_start, data_dir
from config.embedded.door import listen, stand_alone, wanted_port
from config.embedded.services import address
from config.embedded.supervisor import become


class Command(BaseCommand):
    help = "Starts everything; Ctrl-C stops it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        alone = stand_alone(data_dir())
        listener = listen(wanted_port())
        port = listener.getsockname()[1]
        alone.write(address(port))
        engines = attach_or_start()
        try:
            self.prepare()
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip().splitlines()[0]}") from error
        connections.close_all()
        become(port, listener.fileno(), alone.fd, engines.pass_on() if engines else None)

    def prepare(self) -> None:
        call_command("upgrade", stdout=self.stdout)
        self.collect_static()
        if settings.PRM_DEMO:
            self.tell("Demo programme …")
            call_command("seed_demo", verbosity=0)

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def collect_static(self) -> None:
        """Only when a file has changed since: compressing them all takes longer than the rest of a start."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        now = fingerprint()
        if stamp.exists() and stamp.read_text() == now:
            return
        self.tell("Static files …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)


def static_files() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            yield f"{path} {status.st_mtime_ns} {status.st_size}"


def fingerprint() -> str:
    return hashlib.sha256("\n".join(sorted(static_files())).encode()).hexdigest()
