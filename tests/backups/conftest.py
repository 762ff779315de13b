"""A second, empty database on the engines of the run, which a backup is restored into."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.processes import ROOT, database_url


@dataclass
class Elsewhere:
    """What another installation would be: a database and a data directory of its own."""

    name: str
    data: Path

    @property
    def url(self) -> str:
        return database_url(self.name, options="")

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        chosen = {"DATABASE_URL": self.url, "PRM_DATA": str(self.data)}
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=os.environ | chosen,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as other:
            return other.execute(question.encode()).fetchall()


def as_owner(statement: str) -> None:
    with psycopg.connect(database_url("postgres", options=""), autocommit=True) as owner:
        owner.execute(statement.encode())


@pytest.fixture
def elsewhere(transactional_db: None, tmp_path: Path) -> Iterator[Elsewhere]:
    name = f"restored_{uuid4().hex[:12]}"
    as_owner(f"create database {name}")
    data = tmp_path / "elsewhere"
    data.mkdir()
    yield Elsewhere(name, data)
    as_owner(f"drop database {name} with (force)")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with the files that belong to a programme, and with what does not."""
    place = tmp_path / "data"
    (place / "mail").mkdir(parents=True)
    (place / "secret-key").write_text("what signs the sessions")
    (place / "mail" / "20261121-1.eml").write_text("Subject: Your registration\n\nIt was approved.\n")
    (place / "files" / "a0").mkdir(parents=True)
    (place / "files" / "a0" / "a0ff").write_text("a paper of the library")
    (place / "files" / "unfinished").mkdir()
    (place / "files" / "unfinished" / "b1ff").write_text("half of a")
    (place / "logs").mkdir()
    (place / "logs" / "postgres.log").write_text("nobody misses this")
    return place
