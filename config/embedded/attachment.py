"""How a process comes to the engines: it attaches to running ones, or has its own started, and lets go at its end."""

import atexit
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from config.embedded import engine
from config.embedded.claim import claim
from config.embedded.errors import EngineError
from config.embedded.guardian import CLIENTS_LOCK, ENGINES_LOCK, ERROR, READY
from config.embedded.locks import Lock, taken
from config.embedded.paths import ROOT, data_dir, is_embedded_database, is_embedded_redis

# Longer than any engine may take to come up or to go down.
PATIENCE = 120.0


def needed() -> frozenset[str]:
    """The engines that no URL replaces."""
    database = {"postgres"} if is_embedded_database() else set()
    return frozenset(database | ({"redis"} if is_embedded_redis() else set()))


class Attachment:
    """A share in the engines of one data directory, held until `release` or the end of the process."""

    def __init__(self, data: Path, names: frozenset[str], *, scratch: bool = False) -> None:
        self.data, self.names, self.scratch = data, names, scratch
        if not taken(data / ENGINES_LOCK):
            claim(data, cluster="postgres" in names)
        self.clients = Lock(data / CLIENTS_LOCK)
        self.guardian = 0

    def ensure(self) -> None:
        """Attached, and the engines are there."""
        if not self.clients.share(PATIENCE):
            raise EngineError(f"The engines in {self.data} are stopping and do not come to an end; try again.")
        until = time.monotonic() + PATIENCE
        while not self._ready():
            if time.monotonic() > until:
                raise EngineError(f"The engines in {self.data} do not answer (see {self.data / 'logs'}).")
            if not taken(self.data / ENGINES_LOCK):
                self._start_guardian()
            time.sleep(0.02)

    def _ready(self) -> bool:
        if not taken(self.data / ENGINES_LOCK):
            return False
        words = (self.data / ENGINES_LOCK).read_text().split()
        if len(words) != 3 or words[1] != READY or not _alive(int(words[0])):
            return False
        missing = self.names - set(words[2].split(","))
        if missing:
            raise EngineError(
                f"The engines in {self.data} run without {' and '.join(sorted(missing))}: "
                f"another process of this data directory has DATABASE_URL or REDIS_URL set."
            )
        self.guardian = int(words[0])
        return True

    def _start_guardian(self) -> None:
        self._bury()
        claim(self.data, cluster="postgres" in self.names)
        log = engine.open_log(self.data, "engines")
        flags = ["scratch"] if self.scratch else []
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, log)
            process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-m", "config.embedded", self.data, ",".join(sorted(self.names)), *flags],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
            )
            assert process.stdout  # noqa: S101 - it was asked for
            self._listen(process.stdout)
            # It may outlive us, on purpose; we look after it by its number.
            process.returncode = 0

    def _listen(self, line: IO[bytes]) -> None:
        words = line.readline().decode(errors="replace").strip()
        line.close()
        if words.startswith(ERROR):
            raise EngineError(words.removeprefix(ERROR))
        if not words:
            raise EngineError(f"The engines cannot start (see {self.data / 'logs' / 'engines.log'}).")

    def pass_on(self) -> int:
        """Let the program that replaces this process keep the share: its descriptor stays open over exec."""
        os.set_inheritable(self.clients.fd, True)
        return self.clients.fd

    def release(self) -> None:
        """The last one out waits until the engines have stopped: nothing is left behind it."""
        if self.clients.take():
            self.clients.free()
            self._wait_for_silence()
        self.clients.close()

    def _wait_for_silence(self) -> None:
        until = time.monotonic() + PATIENCE
        while taken(self.data / ENGINES_LOCK) and time.monotonic() < until:
            if self.clients.share(0):
                if not self.clients.take():
                    return  # somebody came in while we left
                self.clients.free()
            time.sleep(0.02)
        self._bury()

    def _bury(self) -> None:
        """The guardian is our child if we, or the program we replaced, started it; then its end is ours to note."""
        if self.guardian:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.guardian, 0)
            self.guardian = 0

    def running(self) -> bool:
        return taken(self.data / ENGINES_LOCK)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def attached(data: Path, names: frozenset[str], *, scratch: bool = False) -> Iterator[Attachment]:
    attachment = Attachment(data, names, scratch=scratch)
    try:
        attachment.ensure()
        yield attachment
    finally:
        attachment.release()


def attach_or_start() -> Attachment | None:
    """For commands: the engines are there until this process ends. Nothing happens where URLs replace both."""
    names = needed()
    if not names:
        return None
    attachment = Attachment(data_dir(), names)
    atexit.register(attachment.release)
    attachment.ensure()
    return attachment
