"""Only one of us per data directory, and an open port, before anything slow begins."""

import errno
import os
import socket
from pathlib import Path

from config.embedded.claim import claim
from config.embedded.errors import EngineError
from config.embedded.locks import Lock, taken
from config.embedded.paths import is_embedded_database

# As many requests as the kernel keeps for us while the web restarts.
QUEUE = 1024


def rehearse(data: Path) -> None:
    """What stands in the way is said at once: before settings write a file, before Django takes its seconds."""
    stand_alone(data).close()
    listen(wanted_port()).close()


def stand_alone(data: Path) -> Lock:
    if not taken(data / "up.lock"):
        claim(data, cluster=is_embedded_database())
    lock = Lock(data / "up.lock")
    if not lock.take():
        raise EngineError(f"Already running at {lock.read() or 'an address that is not known yet'}.")
    return lock


def wanted_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise EngineError(f"PORT must be a number up to 65535, not {text!r}.")
    return int(text)


def listen(port: int) -> socket.socket:
    """PORT=0 lets the kernel choose."""
    host = os.environ.get("PRM_BIND") or "127.0.0.1"
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(QUEUE)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise EngineError(
                f"Port {port} is in use by another program: stop it, or choose another port (PORT={port + 1})."
            ) from error
        raise EngineError(f"Port {port} of {host} cannot be opened: {error.strerror or error}.") from error
    return listener
