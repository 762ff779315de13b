"""The plugin that gives the tests their engines, run as a person runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.paths import ROOT
from tests.engines.conftest import eventually, own_environment, processes_of
from tests.plugin import NO_CHROMIUM

TESTS = """
import os, pathlib, time
import pytest

@pytest.mark.browser
def test_page():
    pathlib.Path("browser").touch()

def test_engines():
    from config import embedded
    import psycopg
    with psycopg.connect(embedded.database_url()) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    pathlib.Path("data").write_text(os.environ["PRM_DATA"])
    time.sleep(float(os.environ["SLEEP"]))
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser: x\n")
    (tmp_path / "test_it.py").write_text(TESTS)
    return tmp_path


def start(suite: Path, **environment: str) -> subprocess.Popen[str]:
    given = own_environment(suite, PYTHONPATH=str(ROOT), DATABASE_URL="postgresql://127.0.0.1/real", SLEEP="0")
    for name in ("PRM_CHROMIUM", "CI", "PYTEST_ADDOPTS"):
        given.pop(name, None)
    command = [sys.executable, "-m", "pytest", "-p", "tests.plugin", "-p", "no:django", "-p", "no:cacheprovider", "-q"]
    return subprocess.Popen(
        command, cwd=suite, env=given | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_run_has_engines_of_its_own_and_leaves_nothing(suite: Path) -> None:
    run = start(suite, PRM_CHROMIUM="/bin/true")
    output, _ = run.communicate(timeout=100)
    assert run.returncode == 0, output
    assert (suite / "browser").exists()
    data = Path((suite / "data").read_text())
    assert not data.exists()
    assert processes_of(data) == {}


def test_killed_run_leaves_nothing(suite: Path) -> None:
    run = start(suite, SLEEP="600")
    assert eventually(lambda: (suite / "data").exists() and (suite / "data").read_text() != "", 100)
    data = Path((suite / "data").read_text())
    assert processes_of(data) != {}
    run.kill()
    run.communicate()
    assert eventually(lambda: processes_of(data) == {} and not data.exists())


def test_browser_tests_are_left_out_where_there_is_no_chromium(suite: Path) -> None:
    run = start(suite, PATH=os.devnull)
    output, _ = run.communicate(timeout=100)
    assert run.returncode == 0
    assert output.splitlines()[-2:-1] == [NO_CHROMIUM]
    assert output.splitlines()[-1].startswith("1 passed, 1 deselected in ")
    assert not (suite / "browser").exists()


def test_ci_without_chromium_fails(suite: Path) -> None:
    run = start(suite, PATH=os.devnull, CI="true")
    output, _ = run.communicate(timeout=100)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "there is no Chromium here" in output
