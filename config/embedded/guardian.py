"""Keeps the engines of one data directory alive for as long as anybody is attached to them.

Started as a process of its own by whoever attaches first (see attachment.py). Whoever attaches holds a share
of `clients.lock`; when this process gets that lock for itself, nobody is left, and it stops the engines. A
client that is killed lets go like one that ends, so nothing has to be told.
"""

import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from config.embedded import engine, postgres, redis
from config.embedded.account import Account, engine_account
from config.embedded.children import Child, stop
from config.embedded.claim import open_for, private_dir
from config.embedded.errors import EngineError
from config.embedded.locks import Lock
from config.embedded.paths import socket_dir

ENGINES_LOCK = "engines.lock"
CLIENTS_LOCK = "clients.lock"
TAKEN, READY, ERROR = "taken", "ready", "error "
LOOK_SECONDS = 0.1


@dataclass
class Engines:
    data: Path
    names: frozenset[str]
    scratch: bool

    def __post_init__(self) -> None:
        self.account: Account | None = engine_account()
        self.children: list[Child] = []

    def start(self) -> None:
        open_for(self.account, self.data)
        private_dir(socket_dir(self.data), self.account)
        if "postgres" in self.names:
            self._start_postgres()
        if "redis" in self.names:
            redis.prepare(self.data, self.account)
            self._add(redis.child(self.data, self.account))
            if not engine.wait_until(lambda: redis.ready(self.data), self.children[-1]):
                raise engine.failure("Redis", self.data, "redis")

    def _start_postgres(self) -> None:
        postgres.prepare(self.data, self.account)
        self._add(postgres.child(self.data, self.account, scratch=self.scratch))
        if not engine.wait_until(lambda: postgres.ready(self.data, self.account), self.children[-1]):
            raise engine.failure("PostgreSQL", self.data, "postgres")

    def _add(self, child: Child) -> None:
        self.children.append(child)
        child.start()

    def look(self) -> None:
        for child in self.children:
            words = child.look()
            if words:
                stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
                print(f"{stamp} {child.name} {words}", file=sys.stderr, flush=True)  # noqa: T201 - stderr is the log

    def stop(self) -> None:
        """Redis first: PostgreSQL is what everything else leans on."""
        for child in reversed(self.children):
            stop([child], postgres.STOP_SECONDS if child.name == "postgres" else redis.STOP_SECONDS)
        sockets = socket_dir(self.data)
        if sockets.parent != self.data:
            shutil.rmtree(sockets, ignore_errors=True)


def report(words: str) -> None:
    """To the client that started us, who reads one line and goes on with its own work."""
    os.write(1, f"{words}\n".encode())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def watch(engines: Engines, clients: Lock) -> None:
    """Until nobody is attached, or somebody asks us to go."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: asked.append(received))
    while not asked and not clients.take():
        engines.look()
        time.sleep(LOOK_SECONDS)


def guard(data: Path, names: frozenset[str], *, scratch: bool) -> int:
    lock, clients = Lock(data / ENGINES_LOCK), Lock(data / CLIENTS_LOCK)
    if not lock.take():
        report(TAKEN)
        return 0
    lock.write(str(os.getpid()))
    engines = Engines(data, names, scratch)
    try:
        engines.start()
        lock.write(f"{os.getpid()} {READY} {','.join(sorted(names))}")
        report(READY)
        watch(engines, clients)
    except OSError as error:
        report(f"{ERROR}The engines cannot start: {error}.")
        return 1
    except EngineError as error:
        report(f"{ERROR}{error}")
        return 1
    finally:
        engines.stop()
        lock.write("")
        if scratch:
            shutil.rmtree(data, ignore_errors=True)
    return 0


def main(arguments: list[str]) -> int:
    """DATA_DIR ENGINE,ENGINE [scratch]"""
    data, names = Path(arguments[0]), frozenset(arguments[1].split(","))
    return guard(data, names, scratch="scratch" in arguments[2:])
