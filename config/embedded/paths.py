"""Where the embedded engines live. Pure computation: nothing here touches the disk."""

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import quote

from config.env import env

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "prm"
SUPERUSER = "postgres"
# The kernel allows 107 bytes; PostgreSQL adds its own file name and a lock beside it.
LONGEST_SOCKET = 100


def data_dir() -> Path:
    """A relative PRM_DATA counts from the project, so that every process means the same place."""
    return Path(os.path.abspath(ROOT / (env("PRM_DATA") or ".data")))


def socket_dir(data: Path) -> Path:
    """Beside the data; under /tmp when a socket's name there would be too long, or mean something to libpq."""
    run = data / "run"
    too_long = len(os.fsencode(postgres_socket(run))) > LONGEST_SOCKET
    if not too_long and not re.search(r"""[,"'\\@\x00-\x1f]""", str(run)):
        return run
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(f"/tmp/prm-{os.getuid()}-{digest}")  # noqa: S108 - its owner and mode are checked before use


def postgres_socket(sockets: Path) -> Path:
    return sockets / ".s.PGSQL.5432"


def redis_socket(sockets: Path) -> Path:
    return sockets / "redis.sock"


def is_embedded_database() -> bool:
    return not env("DATABASE_URL")


def is_embedded_redis() -> bool:
    return not env("REDIS_URL")


def database_url() -> str:
    host = quote(str(socket_dir(data_dir())), safe="")
    return env("DATABASE_URL") or f"postgresql://{SUPERUSER}@/{DATABASE}?host={host}"


def redis_url() -> str:
    socket = quote(str(redis_socket(socket_dir(data_dir()))))
    return env("REDIS_URL") or f"redis+socket://{socket}?virtual_host=0"
