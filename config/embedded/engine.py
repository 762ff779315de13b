"""What the two engines have in common: a child with a log, which is ready when it says so."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from config.embedded.account import Account
from config.embedded.children import Child, die_with_parent
from config.embedded.errors import EngineError

# Recovery after a power cut replays the log since the last checkpoint.
START_SECONDS = 90.0
LONGEST_LOG = 5_000_000


def environment() -> dict[str, str]:
    """Nothing of the person's own: PGHOST, PGOPTIONS or a locale would change what the engines do."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def open_log(data: Path, name: str) -> int:
    """Append; a log that has grown too long makes room for a new one and is kept once."""
    log = data / "logs" / f"{name}.log"
    log.parent.mkdir(exist_ok=True)
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.rename(log.with_suffix(".old.log"))
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def last_words(data: Path, name: str) -> str:
    log = data / "logs" / f"{name}.log"
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()] if log.exists() else []
    telling = [line for line in lines[-20:] if "FATAL" in line or "PANIC" in line or "rror" in line or "# " in line]
    return (telling or lines or [""])[-1].strip()


def failure(what: str, data: Path, name: str) -> EngineError:
    words = last_words(data, name)
    if "No space left" in words:
        return EngineError(f"The disk of {data} is full: {what} cannot start.")
    return EngineError(f"{what} does not start: {words or 'no reason given'} (see {data / 'logs' / name}.log).")


def run(
    argv: Sequence[str | Path], account: Account | None, *, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """A short program of an engine; it dies with us as the engines do."""
    return subprocess.run(  # noqa: S603 - our own words
        argv,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
        cwd="/",
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
        **(account.popen() if account else {}),
    )


def wait_until(ready: Callable[[], bool], child: Child, seconds: float = START_SECONDS) -> bool:
    """False when it fell or took too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and child.running:
        if ready():
            return True
        time.sleep(0.03)
    return False
