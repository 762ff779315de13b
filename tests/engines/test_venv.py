"""`make` finds a fitting Python or says which one is missing; what is installed already is left alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.paths import ROOT

PYTHON_WITHOUT_VENV = f"""#!/bin/sh
case "$2" in *ensurepip*) exit 1 ;; esac
exec {sys.executable} "$@"
"""
OLD_PYTHON = "#!/bin/sh\nexit 1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("# nothing is needed\n")
    shutil.copy(ROOT / "requirements" / "venv.sh", tmp_path / "requirements")
    return tmp_path


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def venv(project: Path, **environment: str) -> tuple[int, str]:
    given = {name: value for name, value in os.environ.items() if name != "PYTHON"} | environment
    done = subprocess.run(
        ["/bin/sh", "requirements/venv.sh", "run"], cwd=project, env=given, capture_output=True, text=True, timeout=100
    )
    return done.returncode, done.stdout + done.stderr


def bare_path(project: Path) -> str:
    tools = project / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("dirname", "cmp"):
        (tools / name).symlink_to(shutil.which(name) or name)
    return str(tools)


def test_missing_python_is_said(project: Path) -> None:
    assert venv(project, PATH=bare_path(project)) == (
        1,
        "Python 3.11 or 3.12 is needed and none is on the PATH; PYTHON=/path/to/python names one elsewhere.\n",
    )


def test_python_without_venv_is_said(project: Path) -> None:
    path = bare_path(project)
    python = script(Path(path) / "python3.11", PYTHON_WITHOUT_VENV)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert venv(project, PATH=path) == (
        1,
        f"{python} has no venv: install it (on Debian and Ubuntu: apt-get install python{version}-venv).\n",
    )


def test_wanted_python_that_does_not_fit_is_said(project: Path) -> None:
    python = script(project / "an old one" / "python", OLD_PYTHON)
    assert venv(project, PYTHON=str(python)) == (1, f"PYTHON={python} is not a Python 3.11 or 3.12.\n")


def test_installs_once_and_again_when_the_lock_changes(project: Path) -> None:
    python = sys.executable
    words = "Installing requirements/run.txt (the first time this takes about a minute) …\n"
    assert venv(project, PYTHON=python) == (0, words)
    assert venv(project, PYTHON=python) == (0, "")
    (project / "requirements" / "run.txt").write_text("# still nothing\n")
    assert venv(project, PYTHON=python) == (0, words)
    assert venv(project, PYTHON=python) == (0, "")


def test_package_without_a_hash_is_refused(project: Path) -> None:
    (project / "requirements" / "run.txt").write_text("django\n")
    code, words = venv(project, PYTHON=sys.executable)
    assert code == 1
    assert words.splitlines()[-1] == (
        "The packages of requirements/run.txt could not be installed; the lines above say why."
    )
    assert not (project / ".venv" / "run.txt").exists()
