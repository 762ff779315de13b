"""PostgreSQL refuses to run as root, so root's engines run as somebody with fewer rights."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.errors import EngineError

CANDIDATES = ("prm", "nobody")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def popen(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_pass(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def engine_account() -> Account | None:
    """None when we are an ordinary user, who runs the engines as himself."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise EngineError("root must not run PostgreSQL, and there is no user for it: create one (useradd --system prm).")


def require_way(account: Account | None, target: Path) -> None:
    """Every directory above `target` must let the account pass. We never open one: they are not ours."""
    if account is None:
        return
    for directory in reversed(target.parents):
        if directory.exists() and not account.can_pass(directory):
            raise EngineError(
                f"{directory} is closed to the user {account.name}, who runs the engines when root starts them: "
                f"move the project (to /opt, say), or start it as an ordinary user."
            )


def owner_name(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"
