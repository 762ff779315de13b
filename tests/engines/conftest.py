"""Real engines in places of their own, apart from those the other tests share."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded.paths import ROOT

ATTACH = """
import sys
from pathlib import Path
from config.embedded import Attachment, EngineError
attachment = Attachment(Path(sys.argv[1]), frozenset({"postgres", "redis"}))
try:
    attachment.ensure()
except EngineError as error:
    print(error, flush=True)
else:
    print("attached", flush=True)
    sys.stdin.read()
attachment.release()
"""


def command_line(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def environment_of(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""


def processes_of(data: Path) -> dict[int, str]:
    """Every process that names the directory in its arguments or was started for it."""
    name = os.fsencode(data)
    pids = [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and int(entry.name) != os.getpid()
    ]
    lines = {pid: command_line(pid) for pid in pids}
    mine = [
        pid
        for pid, line in lines.items()
        if line and (name in line or b"PRM_DATA=" + name + b"\0" in environment_of(pid))
    ]
    return {pid: lines[pid].replace(b"\0", b" ").decode() for pid in mine}


def pid_of(data: Path, word: str) -> int:
    return next(pid for pid, line in processes_of(data).items() if word in line)


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def own_environment(data: Path, **more: str) -> dict[str, str]:
    """What a person's shell would hand over: nothing of the test run's own."""
    drop = {"DATABASE_URL", "REDIS_URL", "PRM_DEMO", "PORT", "PRM_BASE_URL", "PYTEST_XDIST_WORKER"}
    kept = {name: value for name, value in os.environ.items() if name not in drop and not name.startswith("PRM_TEST_")}
    return kept | {"PRM_DATA": str(data)} | more


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that the engines' unprivileged user can reach, which pytest's own are not."""
    directory = Path(tempfile.mkdtemp(prefix="prm-place-"))
    directory.chmod(0o755)
    yield directory
    for pid in processes_of(directory / "data"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(directory)


@pytest.fixture
def data(place: Path) -> Path:
    return place / "data"


class Client:
    """A process that attaches and stays until it is told to leave."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ATTACH, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=own_environment(data),
        )
        assert self.process.stdout
        self.words = self.process.stdout.readline().strip()

    def leave(self) -> int:
        self.process.communicate(timeout=30)
        return self.process.returncode

    def shoot(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


@pytest.fixture
def attach() -> Iterator[Callable[[Path], Client]]:
    clients: list[Client] = []

    def start(data: Path) -> Client:
        clients.append(Client(data))
        return clients[-1]

    yield start
    for client in clients:
        client.shoot()
