"""A whole installation, as `manage.py up` starts it, in a place of its own: to be shot at and asked what it holds."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from config.embedded.guardian import ENGINES_LOCK
from config.embedded.paths import DATABASE, ROOT, SUPERUSER, socket_dir
from tests.engines.conftest import eventually, own_environment, processes_of
from tests.notices.letterbox import Letterbox
from tests.notices.postbox import HOST, Postbox, free_port

Mailbox = Postbox | Letterbox

# Each is found by what its command line says; a child by that of its parent.
PROGRAMS = {
    "web": "config.gunicorn",
    "worker": "config worker",
    "scheduler": "config beat",
    "relay": "relay --loop",
    "redis": "redis-server",
    "postgres": "bin/postgres",
}
# The children do the work, their parents look after them.
CHILDREN = {"web child": "web", "worker child": "worker", "database session": "postgres"}
VICTIMS = [*PROGRAMS, *CHILDREN]
LIMITS = ("PRM_API_REQUESTS_PER_MINUTE", "PRM_API_REQUESTS_PER_MINUTE_ORGANISATION", "PRM_SUBMISSIONS_PER_DAY")
GENEROUS = dict.fromkeys(LIMITS, "1000000") | {"PRM_DEMO": "0"}


class Installation:
    """Mail goes to `postbox`, a real server in this process. `filled_by` is a program that prints tokens as JSON."""

    def __init__(self, place: Path, postbox: Mailbox, filled_by: Sequence[str], environment: dict[str, str]) -> None:
        self.data, self.port, self.postbox = place / "data", free_port(), postbox
        mail = {"EMAIL_HOST": HOST, "EMAIL_PORT": str(postbox.port), "PORT": str(self.port)}
        self.environment = own_environment(self.data, **GENEROUS, **mail, **environment)
        self.log = (place / "up.log").open("a+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"], cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log
        )
        assert eventually(self._complete, 180), self.said()
        self.tokens: dict[str, str] = json.loads(self.run(*filled_by))

    def said(self) -> str:
        """The end of what its terminal shows, without the requests."""
        self.log.seek(0)
        return "".join([line for line in self.log if " POST /api/" not in line][-100:])

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=100)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a question, or of what an update returns; waits for a database that is away."""
        until = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(
                    host=str(socket_dir(self.data)), dbname=DATABASE, user=SUPERUSER, connect_timeout=5
                ) as door:
                    return door.execute(question, values).fetchall()  # type: ignore[arg-type]
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def pids(self, victim: str) -> list[int]:
        """Of a program, or of the children that one has; the oldest first."""
        lines = processes_of(self.data)
        word = PROGRAMS[CHILDREN.get(victim, victim)]
        named = [pid for pid, line in lines.items() if word in line]
        parents = [pid for pid in named if parent_of(pid) not in named]
        if victim not in CHILDREN:
            return sorted(parents)
        family = children_of(set(parents))
        if victim == "database session":
            return [pid for pid in family if b"[local]" in command_line(pid)]
        return [pid for pid in family if pid in named]

    def guardian(self) -> int:
        """Who would start a fallen engine again."""
        return int((self.data / ENGINES_LOCK).read_text().split()[0])

    def kill(self, pid: int) -> bool:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def _complete(self) -> bool:
        assert self.process.poll() is None, self.said()
        return "Ctrl-C" in self.said() and all(self.pids(name) for name in PROGRAMS)

    def run(self, *arguments: str) -> str:
        """What another Python program of this installation prints."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=1200
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def command_line(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def parent_of(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def children_of(parents: set[int]) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return sorted(pid for pid in pids if parent_of(pid) in parents)


@contextlib.contextmanager
def installation(
    filled_by: Sequence[str] = ("-m", "tests.chaos.cast"), postbox: Mailbox | None = None, **environment: str
) -> Iterator[Installation]:
    place = Path(tempfile.mkdtemp(prefix="prm-chaos-"))
    place.chmod(0o755)
    postbox = postbox or Postbox()
    postbox.open()
    try:
        house = Installation(place, postbox, filled_by, environment)
        try:
            yield house
        finally:
            house.end()
    finally:
        postbox.close()
        for pid in processes_of(place / "data"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(place, ignore_errors=True)


def seconds_until(condition: Callable[[], bool], patience: float) -> float:
    """How long it took; `patience` itself when it never came true."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if condition():
            return time.monotonic() - began
        time.sleep(0.1)
    return patience
