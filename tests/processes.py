"""Programs of the product as real processes on the database of the running test. Ended by their own id."""

import os
import signal
import subprocess
import sys
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


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A Python program in the project's directory: `manage.py expire_due`, `-m celery …`."""
    engines = {"DATABASE_URL": database_url(), "REDIS_URL": settings.CELERY_BROKER_URL, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **engines, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    """What it wrote, without its log, once it has ended well."""
    output, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    return output.strip()


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
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
        process.communicate()


def eventually(condition: Callable[[], object], seconds: float = 40) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())
