"""Programs of the product as real processes on the database of the running test. Ended by their own id."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
# Tests hold locks on purpose until every process has come that far.
PATIENT = "-c lock_timeout=60s"


def database_url(name: str = "", options: str = PATIENT) -> str:
    """Of the test's own database, or of the one named on the same server."""
    about = connection.settings_dict
    login = about["USER"] + (f":{quote(about['PASSWORD'], safe='')}" if about["PASSWORD"] else "")
    place = {"host": about["HOST"], "port": about["PORT"], "options": options}
    query = urlencode({key: value for key, value in place.items() if value}, quote_via=quote, safe="")
    return f"postgresql://{login}@/{name or about['NAME']}?{query}"


class Program(subprocess.Popen[str]):
    """What it writes goes to files: nobody has to read along for it to go on."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        # Closed with the program.
        self._files = [tempfile.TemporaryFile("a+") for _ in range(2)]  # noqa: SIM115
        output, log = self._files
        super().__init__(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=output, stderr=log, start_new_session=True
        )

    @property
    def output(self) -> str:
        return self._read(0)

    @property
    def log(self) -> str:
        return self._read(1)

    def _read(self, number: int) -> str:
        self._files[number].seek(0)
        return self._files[number].read()

    def close(self) -> None:
        for file in self._files:
            file.close()


def start(*arguments: str, **environment: str) -> Program:
    """A Python program in the project's directory: `manage.py expire_due`, `-m celery …`."""
    engines = {"DATABASE_URL": database_url(), "REDIS_URL": settings.CELERY_BROKER_URL, "PYTHONUNBUFFERED": "1"}
    return Program(arguments, {**os.environ, **engines, **environment})


def said(process: Program) -> str:
    """What it wrote, without its log, once it has ended well."""
    try:
        assert process.wait(timeout=60) == 0, process.log
        return process.output.strip()
    finally:
        process.close()


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[Program]:
    """Ended with the block, together with its children, which share its session."""
    process = start(*arguments, **environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.close()


def eventually(condition: Callable[[], object], seconds: float = 40) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())
