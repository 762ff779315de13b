"""Binaries that the engines' user can get at, wherever root has put the project."""

import contextlib
import shutil
from pathlib import Path

from config.embedded.account import Account


def within_reach(program: Path, package: Path, data: Path, account: Account | None) -> Path:
    """`program` itself, or its copy beside the data when a directory above it is closed to the account.

    `package` is the wheel's folder that holds it; its libraries lie beside that, in `<package>.libs`, and
    are found relative to the program, so both are copied. Continuous integration likes to check out into a
    directory that only root may enter. We never open one: it is not ours.
    """
    if account is None or all(account.can_pass(directory) for directory in program.parents):
        return program
    copy = data / "engines" / f"{package.name}-{int(program.stat().st_mtime)}"
    if not copy.exists():
        _copy(package, copy)
    return copy / program.relative_to(package.parent)


def _copy(package: Path, copy: Path) -> None:
    """Under another name until it is complete."""
    new = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, new / folder.name, symlinks=True)
    with contextlib.suppress(OSError):  # somebody else was quicker with the same copy
        new.rename(copy)
