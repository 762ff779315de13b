"""Runs the application's programs until somebody says farewell; `manage.py up` turns into this.

A small process without Django: it never has threads, so that its children are safe to fork and die with it.
"""

import argparse
import contextlib
import os
import selectors
import signal
import socket
import sys
import time

from config.embedded.attachment import Attachment, needed
from config.embedded.children import Child, stop, tie_to_parent
from config.embedded.errors import EngineError
from config.embedded.paths import ROOT, data_dir
from config.embedded.probe import Probe
from config.embedded.services import Service, services, welcome
from config.embedded.terminal import Farewell, say

STOP_SECONDS = 10.0
ENGINE_LOOK_SECONDS = 1.0
LONGEST_LINE = 4000
SLOW_SECONDS = 60.0


class Output:
    """The pipe of one child, kept over its restarts; read in pieces, said in lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        self._rest = b""

    def pump(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._rest += os.read(self.reading, 65536)
        *lines, self._rest = self._rest.split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            if line.strip():
                say(self.name, line.decode(errors="replace").rstrip())


class Supervisor:
    def __init__(self, port: int, listener: int) -> None:
        self.port = port
        self.farewell = Farewell()
        self.selector = selectors.DefaultSelector()
        self.children: list[Child] = []
        # The web has the machine to itself until it answers once: everything else can wait that long.
        self.waiting = [self._child(service) for service in services(listener, data_dir())]
        self.children.append(self.waiting.pop(0))
        self.probe = Probe(*reachable(listener))
        names = needed()
        self.engines = Attachment(data_dir(), names) if names else None
        self._engines_due = 0.0
        self._begun = time.monotonic()
        self._greeted = False

    def _child(self, service: Service) -> Child:
        output = Output(service.name)
        self.selector.register(output.reading, selectors.EVENT_READ, output)
        env = os.environ | {"PYTHONUNBUFFERED": "1", "PORT": str(self.port)} | service.env
        return Child(
            service.name,
            service.argv,
            output.writing,
            env,
            cwd=ROOT,
            pass_fds=service.pass_fds,
            niceness=service.niceness,
        )

    def attach(self, share: int | None) -> None:
        """Take a share of our own before the one that was passed on is let go."""
        if self.engines:
            self.engines.ensure()
        if share is not None:
            os.close(share)

    def run(self) -> None:
        try:
            while not self.farewell.said:
                self._look()
            say("", "Stopping …")
        finally:
            stop(self.children, STOP_SECONDS, self._impatient)
            if self.engines:
                self.engines.release()
        say("", "Stopped.")

    def _look(self) -> None:
        for child in self.children:
            words = child.look()
            if words:
                say(child.name, words)
        self._tend_engines()
        if not self._greeted:
            self._greet()
        self._pump(0.2)

    def _pump(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            key.data.pump()

    def _impatient(self) -> bool:
        self._pump(0)
        return self.farewell.twice

    def _tend_engines(self) -> None:
        """Their guardian restarts what falls; should it fall itself, there is a new one."""
        if self.engines is None or time.monotonic() < self._engines_due:
            return
        self._engines_due = time.monotonic() + ENGINE_LOOK_SECONDS
        if self.engines.running():
            return
        say("engines", "gone, starting again")
        try:
            self.engines.ensure()
        except EngineError as error:
            say("engines", str(error))
            self._engines_due = time.monotonic() + 5 * ENGINE_LOOK_SECONDS

    def _greet(self) -> None:
        """Once the web answers; should it be slow, the rest starts without it."""
        status = self.probe.look()
        slow = time.monotonic() - self._begun > SLOW_SECONDS
        if self.waiting and (status or slow):
            self.children += self.waiting
            self.waiting = []
            if slow:
                say("", "The web does not answer yet; its lines above may say why.")
        # Any answer but a server's error: with a proxy's settings it may well be a redirect.
        if 0 < status < 500:
            for line in welcome(self.port, demo=os.environ.get("PRM_DEMO") == "1"):
                say("", line)
            self._greeted = True
            self.probe.close()


def reachable(listener: int) -> tuple[int, str, int]:
    """Where we ourselves reach the socket: one that is open to all is asked by way of the loopback."""
    with socket.socket(fileno=os.dup(listener)) as ours:
        host, port = ours.getsockname()[:2]
        return ours.family, {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--listener", type=int, required=True, help="the web's open socket")
    parser.add_argument("--share", type=int, help="a share in the engines, ours to let go")
    parser.add_argument("--alone", type=int, required=True, help="the lock that says only one of us runs here")
    given = parser.parse_args()
    if os.environ.pop("PRM_END_WITH_PARENT", ""):
        tie_to_parent(signal.SIGTERM)
    try:
        supervisor = Supervisor(given.port, given.listener)
        supervisor.attach(given.share)
        supervisor.run()
    except EngineError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the one sentence a person needs
        return 1
    return 0


def become(port: int, listener: int, alone: int, share: int | None) -> None:
    """Replace this process: same number, same terminal, the open files named here, none of its memory."""
    shares = ["--share", str(share)] if share is not None else []
    for number in (listener, alone):
        os.set_inheritable(number, True)
    os.chdir(ROOT)
    words = ["--port", str(port), "--listener", str(listener), "--alone", str(alone), *shares]
    os.execv(sys.executable, [sys.executable, "-m", "config.embedded.supervisor", *words])  # noqa: S606 - our own words


if __name__ == "__main__":
    sys.exit(main())
