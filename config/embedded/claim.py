"""Before anything is written: is the data directory ours, whole, and on a disk with room?"""

import os
import shutil
import stat
from pathlib import Path

from config.embedded.account import Account, engine_account, owner_name, require_way
from config.embedded.errors import EngineError

MARK = ".prm"
# What a start may leave behind before the mark is written, or an older release without one.
OURS = {"secret-key", "static", "media", "mail", "files", "logs"}
MEGABYTE = 1024 * 1024
# An empty cluster with its write-ahead log, and what it needs to come up again.
ROOM_NEW, ROOM_AGAIN = 200 * MEGABYTE, 24 * MEGABYTE
# PostgreSQL's own limit is 1,024 bytes; its longest file name below the data takes the rest.
LONGEST_PATH = 900


def claim(data: Path, *, cluster: bool) -> None:
    """Make the directory ours, or say in one sentence why it cannot be; `cluster` when a database will live there."""
    if len(os.fsencode(data)) > LONGEST_PATH:
        raise EngineError(
            f"The data directory's path is too long ({len(os.fsencode(data))} bytes, {LONGEST_PATH} fit)."
        )
    try:
        if cluster:
            require_way(engine_account(), data)
        _claim(data)
        require_room(data, ROOM_NEW if cluster and not (data / "pg").exists() else ROOM_AGAIN)
        (data / MARK).touch()
    except OSError as error:
        raise EngineError(f"The data directory {data} cannot be used: {error.strerror}.") from error


def _claim(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    if data.stat().st_uid != os.geteuid():
        raise EngineError(
            f"The data directory {data} belongs to the user {owner_name(data)}: "
            f"start as that user, or set PRM_DATA to a directory of your own."
        )
    if not (data / MARK).exists():
        strangers = sorted({entry.name for entry in data.iterdir()} - OURS)
        if strangers:
            raise EngineError(
                f"The data directory {data} holds something else ({strangers[0]}): "
                f"set PRM_DATA to an empty or a new directory."
            )


def require_room(data: Path, need: int) -> None:
    left = shutil.disk_usage(data).free
    if left < need:
        raise EngineError(
            f"The disk of {data} is full: {left // MEGABYTE} MB are free, {need // MEGABYTE} MB are needed to start."
        )


def open_for(account: Account | None, data: Path) -> None:
    """Root's data directory lets the engines through to their own part of it, and to nothing else."""
    data.chmod(0o711 if account else 0o700)
    require_way(account, data / "pg")


def private_dir(path: Path, account: Account | None) -> Path:
    """A directory that only the engines' user can enter; refuses one that somebody else put there."""
    uid, gid = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {uid, os.geteuid()}:
            raise EngineError(f"{path} belongs to somebody else: remove it or set PRM_DATA.") from None
    os.chown(path, uid, gid, follow_symlinks=False)
    path.chmod(0o700)
    return path


def hand_over(tree: Path, account: Account | None) -> None:
    """A cluster made under another user (copied by root, say) goes to the one who runs it now."""
    if account is None or tree.stat().st_uid == account.uid:
        return
    for directory, _, names in os.walk(tree):
        for entry in (directory, *(os.path.join(directory, name) for name in names)):
            os.chown(entry, account.uid, account.gid, follow_symlinks=False)
