"""PostgreSQL's own programs, and how they find the database that the settings name."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from config.embedded.errors import EngineError
from config.embedded.postgres import binaries

# What the driver is told and PostgreSQL's programs do not know.
DRIVERS = {"server_side_binding"}
# The settings' own limits are for requests; a dump takes as long as it takes.
NOT_FOR_PROGRAMS = {"pool", "options", *DRIVERS}


class BackupError(Exception):
    """One sentence for the operator."""


def program(name: str) -> str:
    """The one of the wheel, which reads every server that the product runs on; elsewhere that of the PATH."""
    try:
        return str(binaries() / name)
    except EngineError:
        found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is needed and not on the PATH: install the client programs of PostgreSQL.")
    return found


def database() -> dict[str, Any]:
    chosen: dict[str, Any] = connection.settings_dict
    return chosen


def conninfo() -> str:
    """Without the password: every process of the machine can read the arguments of a program."""
    options = {name: value for name, value in database()["OPTIONS"].items() if name not in NOT_FOR_PROGRAMS}
    chosen = {"dbname": database()["NAME"], "user": database()["USER"], "host": database()["HOST"]}
    named = {name: value for name, value in chosen.items() if value}
    return make_conninfo("", port=database()["PORT"] or None, **named, **options)


def environment() -> dict[str, str]:
    """Nothing of the person's own but the PATH: PGOPTIONS or a service file would change what is dumped."""
    password = database()["PASSWORD"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"LC_ALL": "C"} | ({"PGPASSWORD": password} if password else {})


def dump(file: Path, snapshot: str, *, without: Sequence[str] = ()) -> None:
    """The database as `snapshot` sees it, compressed, without owners and grants; of some tables no rows."""
    argv = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--no-password"]
    argv += [f"--snapshot={snapshot}", f"--file={file}", f"--dbname={conninfo()}"]
    argv += [f"--exclude-table-data={table}" for table in without]
    done = subprocess.run(argv, env=environment(), stderr=subprocess.PIPE, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise BackupError(f"The database could not be dumped: {last_line(done.stderr)}")


def load(file: Path, first: str) -> None:
    """Everything of the dump in one transaction that begins with the statements of `first`."""
    reading = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    writing = [program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--single-transaction", "--file=-"]
    writing += ["--output=/dev/null", "--set=ON_ERROR_STOP=1", f"--dbname={conninfo()}"]
    with (
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as source,  # noqa: S603 - our own words
        subprocess.Popen(  # noqa: S603 - our own words
            writing, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        ) as target,
    ):
        said = pour(source, target, first)
    if source.returncode or target.returncode:
        raise BackupError(f"The dump could not be loaded, and nothing was changed: {last_line(said)}")


def pour(source: subprocess.Popen[bytes], target: subprocess.Popen[bytes], first: str) -> bytes:
    """Returns what the two had to complain about."""
    if source.stdout is None or source.stderr is None or target.stdin is None:
        raise AssertionError("the three pipes were asked for")
    try:
        target.stdin.write(first.encode())
        for number, line in enumerate(source.stdout):
            # A setting of PostgreSQL 17 among the first lines; an older server does not know it.
            if number > 100 or not line.startswith(b"SET transaction_timeout"):
                target.stdin.write(line)
    except BrokenPipeError:
        source.kill()
    _out, said = target.communicate()
    return source.stderr.read() + said


def last_line(said: bytes) -> str:
    telling = [line for line in said.decode(errors="replace").splitlines() if line.strip() and "HINT" not in line]
    errors = [line for line in telling if "ERROR" in line or "error:" in line]
    return (errors or telling or ["no reason given"])[-1].strip()
