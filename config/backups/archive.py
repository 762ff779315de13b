"""The archive: a tar with a manifest, the dump of the database, and files of the data directory.

`manifest.json` holds `format`, `server`, `taken_at` (ISO 8601), `migrations`, `rows` by table as the
dump's own moment saw them, and `sha256` by member. Reading checks all of it before anything is changed.
"""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from config.backups.programs import BackupError
from prm.files.storages import UNFINISHED

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
# What the data directory holds besides engines, logs and what can be made again.
KEPT = ("secret-key", "mail", "files")


@dataclass(frozen=True)
class Manifest:
    server: str
    taken_at: str
    migrations: list[str]
    rows: dict[str, int]
    sha256: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def write(archive: Path, manifest: Manifest, dump: Path, data: Path) -> None:
    """It gets its name when it is complete and on the disk; only its owner can read it."""
    members = {DUMP: dump} | {f"{FILES}/{path.relative_to(data)}": path for path in kept_files(data)}
    manifest = Manifest(**{**asdict(manifest), "sha256": {name: digest(path) for name, path in members.items()}})
    unfinished = archive.with_suffix(".part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as tar:
            add_manifest(tar, manifest, dump.parent)
            for name, path in members.items():
                tar.add(path, name, recursive=False)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(archive)
    finally:
        unfinished.unlink(missing_ok=True)


def add_manifest(tar: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    file = folder / MANIFEST
    file.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True))
    tar.add(file, MANIFEST)


def kept_files(data: Path) -> list[Path]:
    found = [path for name in KEPT for path in [data / name, *sorted((data / name).rglob("*"))]]
    whole = [path for path in found if UNFINISHED not in path.parts]
    return [path for path in whole if path.is_file() and not path.is_symlink()]


def digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def unpacked(archive: Path, beside: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and a folder with the checked members, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".restore-") as folder:
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
        except (OSError, tarfile.TarError, EOFError) as error:
            raise BackupError(f"{archive} cannot be read as a backup: {error}.") from error
        yield checked(archive, Path(folder)), Path(folder)


def checked(archive: Path, folder: Path) -> Manifest:
    manifest = read_manifest(archive, folder)
    for name, expected in manifest.sha256.items():
        file = folder / name
        if not file.is_file() or digest(file) != expected:
            raise BackupError(f"{archive} is damaged: {name} is not what was written.")
    return manifest


def read_manifest(archive: Path, folder: Path) -> Manifest:
    with suppress(OSError, ValueError, TypeError):
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
        if manifest.format == FORMAT and DUMP in manifest.sha256:
            return manifest
    raise BackupError(f"{archive} is no backup that this release can read.")
