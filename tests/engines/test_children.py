"""Children come back when they fall, more slowly each time, and leave nothing when they are stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.children import LONGEST_WAIT, Child, stop
from tests.engines.conftest import command_line, eventually

SLEEPER = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], sys.argv[2]])"
KEEPER = """
import subprocess, sys, time
from pathlib import Path
from config.embedded.children import Child
child = Child("sleeper", [sys.executable, "-c", sys.argv[1]], subprocess.DEVNULL, {})
child.start()
print(child.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def children() -> Iterator[list[Child]]:
    made: list[Child] = []
    yield made
    stop(made, 0)


def child(made: list[Child], *argv: str | Path, output: int = subprocess.DEVNULL) -> Child:
    made.append(Child("child", [sys.executable, "-c", *argv], output, {}))
    return made[-1]


def number(one: Child) -> int:
    assert one.process
    return one.process.pid


def test_fallen_child_starts_again_after_its_wait(children: list[Child]) -> None:
    one = child(children, SLEEPER)
    one.start()
    fallen = number(one)
    os.kill(fallen, signal.SIGKILL)
    assert eventually(lambda: not one.running)
    assert one.look() == "ended (signal 9), starts again in 0.25 s"
    assert one.look() == ""
    assert not one.running
    assert eventually(lambda: one.look() == "" and one.running)
    assert number(one) != fallen


def test_child_that_keeps_falling_waits_longer_each_time(children: list[Child]) -> None:
    one = child(children, "raise SystemExit(3)")
    said = []
    for _ in range(9):
        one.due = 0
        one.look()
        assert eventually(lambda: not one.running)
        said.append(one.look())
    waits = [0.25, 0.5, 1, 2, 4, 8, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]
    assert said == [f"ended (code 3), starts again in {wait:g} s" for wait in waits]


def test_child_that_lived_long_is_forgiven(children: list[Child]) -> None:
    one = child(children, "raise SystemExit(3)")
    one.falls = 7
    one.start()
    one.started -= 3600
    assert eventually(lambda: not one.running)
    assert one.look() == "ended (code 3), starts again in 0.25 s"


def test_missing_program_is_said_and_tried_again(children: list[Child]) -> None:
    one = Child("child", ["/no/such/program"], subprocess.DEVNULL, {})
    assert one.look().endswith("tries again in 0.25 s")
    one.due = time.monotonic()
    assert one.look().endswith("tries again in 0.5 s")


def test_stubborn_child_is_killed_when_its_time_is_over(children: list[Child]) -> None:
    reading, writing = os.pipe()
    one = child(children, STUBBORN, output=writing)
    one.start()
    assert os.read(reading, 10) == b"deaf\n"
    stop([one], 0.2)
    assert one.process
    assert one.process.returncode == -signal.SIGKILL
    os.close(reading)
    os.close(writing)


def test_grandchildren_go_with_a_child_that_was_shot(children: list[Child], place: Path) -> None:
    mark = os.fsencode(place)
    one = child(children, PARENT, SLEEPER, str(place))
    one.start()

    def grandchildren() -> list[int]:
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if mark in command_line(pid) and pid != number(one)]

    assert eventually(lambda: len(grandchildren()) == 1)
    orphan = grandchildren()[0]
    os.kill(number(one), signal.SIGKILL)
    assert eventually(lambda: not one.running)
    one.look()
    assert eventually(lambda: command_line(orphan) == b"")


def test_child_dies_with_its_keeper() -> None:
    keeper = subprocess.Popen([sys.executable, "-c", KEEPER, SLEEPER], stdout=subprocess.PIPE, text=True)
    assert keeper.stdout
    pid = int(keeper.stdout.readline())
    assert command_line(pid) != b""
    keeper.kill()
    keeper.communicate()
    assert eventually(lambda: command_line(pid) == b"")


NICENESS = (
    "import os; from pathlib import Path; group = Path('/proc/self/autogroup');"
    "said = group.read_text().split()[-1] if group.exists() else '7'; print(os.nice(0), said, flush=True)"
)


@pytest.mark.parametrize(("niceness", "said"), [(7, "7 7"), (0, "0")])
def test_child_gives_way_to_others_when_it_shall(tmp_path: Path, niceness: int, said: str) -> None:
    """As a process and as a session: with one of them alone the kernel may not listen."""
    with (tmp_path / "said").open("wb") as output:
        one = Child("child", [sys.executable, "-c", NICENESS], output, {}, niceness=niceness)
        one.start()
        assert one.process
        one.process.wait(30)

    assert (tmp_path / "said").read_text().startswith(said)
    assert os.nice(0) == 0
