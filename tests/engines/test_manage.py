"""Which commands come with engines, and what a person reads instead of a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.paths import ROOT
from manage import needs_engines
from tests.engines.conftest import own_environment, processes_of


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("", False),
        ("help migrate", False),
        ("--version", False),
        ("migrate --help", False),
        ("check", False),
        ("check --database default", True),
        ("collectstatic", False),
        ("compilemessages", False),
        ("up", False),
        ("migrate", True),
        ("makemigrations --check", True),
        ("create_token a@b.example", True),
        ("shell", True),
    ],
)
def test_engines_come_with_commands_that_ask_the_database(words: str, needed: bool) -> None:
    assert needs_engines(words.split()) is needed


def manage(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=own_environment(data, **more), capture_output=True, text=True, timeout=100
    )


def test_command_has_engines_for_as_long_as_it_runs(data: Path) -> None:
    done = manage(
        data, "shell", "--no-imports", "-c", "from django.db import connection as c; c.cursor(); print(c.pg_version)"
    )
    assert (done.returncode, done.stdout[:2]) == (0, "18"), done.stderr
    assert processes_of(data) == {}


def test_refusal_is_one_sentence(data: Path) -> None:
    data.mkdir()
    (data / "thesis.odt").touch()
    done = manage(data, "migrate")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The data directory {data} holds something else (thesis.odt): set PRM_DATA to an empty or a new directory.\n"
    )


def test_database_that_does_not_answer_is_one_sentence(data: Path) -> None:
    elsewhere = f"postgresql://nobody@/prm?host={data}"
    done = manage(data, "up", DATABASE_URL=elsewhere, REDIS_URL="redis://127.0.0.1:1/0", PORT="0")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database does not answer: ")
    assert len(done.stderr.splitlines()) == 1


def test_wrong_setting_is_one_sentence(data: Path) -> None:
    done = manage(data, "migrate", PRM_DEMO="perhaps")
    assert (done.returncode, done.stderr) == (1, "PRM_DEMO must be 1 or 0, not 'perhaps'.\n")


def test_data_stays_beside_the_code_from_any_directory(place: Path) -> None:
    (place / "elsewhere").mkdir()
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "diffsettings", "--all"],
        cwd=place / "elsewhere",
        env=own_environment(place / "data"),
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert f"STATIC_ROOT = {place / 'data' / 'static'!r}" in done.stdout.splitlines(), done.stderr
    assert os.listdir(place / "elsewhere") == []
