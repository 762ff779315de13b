"""`manage.py up` with everything real: what a person sees, and what is left when it ends."""

import http.client
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.paths import ROOT
from tests.engines.conftest import eventually, own_environment, pid_of, processes_of

# One data directory for all: only the first start migrates and collects.
pytestmark = pytest.mark.timeout(400)
COMMAND = [sys.executable, "manage.py", "up"]
AT_A_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
PROGRAMS = ["config.gunicorn", "config worker", "config beat", "relay --loop", "bin/postgres", "redis-server"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


class Up:
    def __init__(self, data: Path, **environment: str) -> None:
        self.data, self.port = data, free_port()
        self.environment = own_environment(data, PORT=str(self.port)) | environment
        self.process = subprocess.Popen(
            COMMAND, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if "Ctrl-C" in line:
                break

    def again(self, **environment: str) -> subprocess.CompletedProcess[str]:
        given = self.environment | environment
        return subprocess.run(COMMAND, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60)

    def complete(self) -> bool:
        lines = list(processes_of(self.data).values())
        return all(any(program in line for line in lines) for program in PROGRAMS)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=100)
        return self.process.returncode


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="prm-up-"))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def up(data: Path) -> Iterator[Up]:
    running = Up(data)
    yield running
    running.process.kill()
    running.process.communicate()


def test_up_serves_refuses_a_second_mends_itself_and_dies_whole(up: Up, place: Path) -> None:
    assert up.lines[-2:] == [f"Ready at http://localhost:{up.port}", "Ctrl-C stops everything."]
    assert answers(up.port)
    assert eventually(up.complete, 120)

    second = up.again()
    assert (second.returncode, second.stderr) == (1, f"Already running at http://localhost:{up.port}.\n")
    elsewhere = up.again(PRM_DATA=str(place / "other"))
    assert (elsewhere.returncode, elsewhere.stderr) == (
        1,
        f"Port {up.port} is in use by another program: stop it, or choose another port (PORT={up.port + 1}).\n",
    )

    for program in ("config.gunicorn", "config worker"):
        fallen = pid_of(up.data, program)
        os.kill(fallen, signal.SIGKILL)
        assert eventually(lambda pid=fallen: pid not in processes_of(up.data))
    assert eventually(lambda: up.complete() and answers(up.port), 120)

    up.process.kill()
    assert eventually(lambda: processes_of(up.data) == {}, 120)


def test_interrupted_up_ends_well_and_leaves_nothing(up: Up) -> None:
    assert answers(up.port)
    assert up.end(signal.SIGINT) == 0
    assert processes_of(up.data) == {}


def test_closed_terminal_stops_everything(data: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", AT_A_TERMINAL, *COMMAND]
    environment = own_environment(data, PORT=str(free_port()))
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    while b"Ctrl-C" not in seen:
        seen += os.read(ours, 4096)
    os.close(ours)
    process.wait(100)
    assert eventually(lambda: processes_of(data) == {}, 120)
