"""Taking a backup while the programme runs, and putting one back in place of what is there."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from config.backups import archive, programs
from config.backups.archive import Manifest
from config.backups.programs import BackupError
from prm.clocks.database import database_now

NAME = "prm-{:%Y%m%dT%H%M%SZ}.tar"
PATTERN = "prm-*Z.tar"
# Nothing to lose in them: what comes back would say what was true long ago, and long exports are made again.
EPHEMERAL = ("django_cache", "exports_exportpart", "exports_export")


@dataclass(frozen=True)
class Restored:
    tables: int
    rows: int
    files: int


def take(folder: Path, data: Path) -> Path:
    """The database as one moment sees it: what was acknowledged before the call is in it, however busy it is."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as work, transaction.atomic():
        snapshot = begin_snapshot()
        manifest = describe()
        dump = Path(work) / archive.DUMP
        programs.dump(dump, snapshot, without=EPHEMERAL)
        finished = folder / NAME.format(database_now().astimezone(UTC))
        try:
            archive.write(finished, manifest, dump, data)
        except FileExistsError:
            raise BackupError(f"{finished} is being written by somebody else.") from None
    return finished


def begin_snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0")
        cursor.execute("select pg_export_snapshot()")
        row: tuple[str] = cursor.fetchone()
    return row[0]


def describe() -> Manifest:
    loader = MigrationLoader(connection)
    return Manifest(
        server=str(connection.pg_version),  # type: ignore[attr-defined]
        taken_at=database_now().isoformat(),
        migrations=sorted(".".join(name) for name in loader.applied_migrations or {}),
        rows=rows_by_table(),
    )


def rows_by_table() -> dict[str, int]:
    return {table: rows_of(table) for table in tables() if table not in EPHEMERAL}


def tables() -> list[str]:
    """Every table, not only those of this release's models."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by tablename")
        return [name for (name,) in cursor.fetchall()]


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table)))
        row: tuple[int] = cursor.fetchone()
    return row[0]


def forget_old(folder: Path, keep: int) -> list[Path]:
    """The newest `keep` stay. Names sort by time."""
    old = sorted(folder.glob(PATTERN), reverse=True)[keep:]
    for file in old:
        file.unlink(missing_ok=True)
    return old


def restore(file: Path, data: Path, *, replace: bool) -> Restored:
    """All of it or nothing: the database in one transaction, counted afterwards; then the files."""
    with archive.unpacked(file, data) as (manifest, folder):
        refuse_newer(manifest)
        if tables() and not replace:
            raise BackupError("The database is not empty: with --replace the backup takes the place of what is there.")
        connection.close()
        programs.load(folder / archive.DUMP, "drop schema public cascade; create schema public;\n" if replace else "")
        verify(manifest)
        files = put_files(folder / archive.FILES, data)
    call_command("upgrade")
    return Restored(len(manifest.rows), sum(manifest.rows.values()), files)


def refuse_newer(manifest: Manifest) -> None:
    known = {".".join(name) for name in MigrationLoader(None).disk_migrations or {}}
    unknown = [name for name in manifest.migrations if name not in known]
    if unknown:
        raise BackupError(f"The backup was taken by a newer release (it knows {unknown[0]}): restore it with that one.")


def verify(manifest: Manifest) -> None:
    found = rows_by_table()
    wrong = [table for table, rows in manifest.rows.items() if found.get(table) != rows]
    if wrong:
        raise BackupError(
            f"The restored database could not be verified: {', '.join(wrong)} hold other numbers of rows."
        )


def put_files(source: Path, data: Path) -> int:
    """Over what is there: a key that was drawn for an empty database has signed nothing that counts."""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    for file in files:
        target = data / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)
    return len(files)
