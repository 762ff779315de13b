"""Root may put the project where only root may enter; the engines' user still gets its binaries."""

from pathlib import Path

import pytest

from config.embedded import postgres
from config.embedded.account import Account
from config.embedded.reach import within_reach

GUEST = Account("guest", 54321, 54321)


@pytest.fixture
def program(place: Path) -> Path:
    """A program in a wheel's folder, with its library beside that."""
    home = place / "project" / "wheel" / "pginstall18" / "bin"
    home.mkdir(parents=True)
    (place / "project" / "wheel.libs").mkdir()
    (place / "project" / "wheel.libs" / "libpq.so").write_text("library")
    (home / "postgres").write_text("#!/bin/sh\n")
    (home / "postgres").chmod(0o755)
    return home / "postgres"


def package(program: Path) -> Path:
    return program.parents[2]


def test_open_program_is_used_where_it_is(program: Path, place: Path) -> None:
    assert within_reach(program, package(program), place / "data", GUEST) == program


def test_ordinary_user_uses_it_where_it_is(program: Path, place: Path) -> None:
    (place / "project").chmod(0o700)

    assert within_reach(program, package(program), place / "data", None) == program


def test_closed_program_is_copied_once_beside_the_data(program: Path, place: Path) -> None:
    (place / "project").chmod(0o700)
    (place / "data").mkdir()

    copy = within_reach(program, package(program), place / "data", GUEST)

    assert place / "data" / "engines" in copy.parents
    assert copy.stat().st_mode & 0o777 == 0o755
    assert (copy.parents[3] / "wheel.libs" / "libpq.so").read_text() == "library"
    assert postgres.major(copy.parent) == "18"
    copy.write_text("kept")
    assert within_reach(program, package(program), place / "data", GUEST) == copy
    assert copy.read_text() == "kept"
    assert (place / "project").stat().st_mode & 0o777 == 0o700
