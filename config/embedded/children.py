"""Child processes that never outlive their keeper and come back when they fall."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.embedded.account import Account

PR_SET_PDEATHSIG = 1
AUTOGROUP = "/proc/self/autogroup"
# Loaded here: between fork and exec nothing may import or allocate more than it must.
_libc = ctypes.CDLL(None, use_errno=True)
# A child that lived this long has recovered; its next fall starts from the shortest wait again.
STEADY_SECONDS = 10.0
LONGEST_WAIT = 15.0


def tie_to_parent(number: signal.Signals) -> None:
    """From now on the kernel sends us `number` when the thread that forked us is gone."""
    _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def yield_to_others(niceness: int) -> None:
    """Each session is scheduled as one group where the kernel does so; then its group has to be nice, too."""
    os.nice(niceness)
    with contextlib.suppress(OSError):
        group = os.open(AUTOGROUP, os.O_WRONLY)
        os.write(group, b"%d" % niceness)
        os.close(group)


def die_with_parent(number: signal.Signals, niceness: int = 0) -> Callable[[], None]:
    """To run in a new child before its program; the parent may have gone even before that."""
    parent = os.getpid()

    def arrange() -> None:
        tie_to_parent(number)
        if os.getppid() != parent:
            os._exit(1)
        if niceness:
            yield_to_others(niceness)

    return arrange


@dataclass
class Child:
    """One process, leader of its own session: a Ctrl-C reaches its keeper alone.

    `niceness` above 0 gives way to the others when the machine is busy.
    """

    name: str
    argv: Sequence[str | Path]
    output: int | IO[bytes]
    env: Mapping[str, str]
    cwd: Path = Path("/")
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    pass_fds: tuple[int, ...] = ()
    niceness: int = 0
    falls: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    due: float = field(default=0.0, init=False)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            self.argv,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            env=dict(self.env),
            cwd=self.cwd,
            start_new_session=True,
            pass_fds=self.pass_fds,
            preexec_fn=die_with_parent(self.stop_signal, self.niceness),  # the keepers are single-threaded
            **(self.account.popen() if self.account else {}),
        )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look(self) -> str:
        """Bring a fallen one back when its wait is over; the answer is what there is to say about it."""
        if self.process is None:
            return self._start_again() if time.monotonic() >= self.due else ""
        code = self.process.poll()
        if code is None:
            return ""
        self.kill()
        self.process = None
        return f"ended ({_ending(code)}), starts again in {self._wait():g} s"

    def _start_again(self) -> str:
        try:
            self.start()
        except (OSError, subprocess.SubprocessError) as error:
            return f"cannot start ({error}), tries again in {self._wait():g} s"
        return ""

    def _wait(self) -> float:
        steady = time.monotonic() - self.started > STEADY_SECONDS
        self.falls = 1 if steady else self.falls + 1
        wait: float = min(0.25 * 2 ** (self.falls - 1), LONGEST_WAIT)
        self.due = time.monotonic() + wait
        return wait

    def ask_to_stop(self) -> None:
        if self.running and self.process:
            self.process.send_signal(self.stop_signal)

    def kill(self) -> None:
        """The whole session's group: grandchildren of a leader that was shot would keep its port and its tasks."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"


def stop(children: Sequence[Child], seconds: float, impatient: Callable[[], bool] = lambda: False) -> None:
    """Ask all, wait for all; what has not gone in time, or its leftovers, is killed."""
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + seconds
    while any(child.running for child in children) and time.monotonic() < until and not impatient():
        time.sleep(0.02)
    for child in children:
        child.kill()
        if child.process:
            child.process.wait()
