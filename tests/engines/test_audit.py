"""`make audit`: a known weakness fails, being offline fails only who asked for it, nothing is passed over silently."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT

CLEAN = '{"dependencies": [{"name": "a"}, {"name": "b", "skip_reason": "unknown"}]}'
WEAK = '{"dependencies": [{"name": "a", "vulns": [{"id": "PYSEC-1"}]}]}'
OFFLINE = "requests.exceptions.ConnectionError: Failed to resolve the index"


def audit(tmp_path: Path, *arguments: str, report: str = "", words: str = "", ended: int = 0) -> tuple[int, str]:
    """The script with a stand-in for pip-audit that writes this report, says these words and ends like that."""
    (tmp_path / "report").write_text(report)
    tool = tmp_path / "pip-audit"
    tool.write_text(
        "#!/bin/sh\n"
        'while [ $# -gt 0 ]; do [ "$1" = --output ] && cat "$HERE/report" > "$2"; shift; done\n'
        'echo "$WORDS" >&2\nexit "$ENDED"\n'
    )
    tool.chmod(0o755)
    told = {"AUDIT": str(tool), "HERE": str(tmp_path), "WORDS": words, "ENDED": str(ended), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["sh", "requirements/audit.sh", *arguments],
        cwd=ROOT, env=told, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [(), ("--where-possible",)])
def test_nothing_known_is_well(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended, said = audit(tmp_path, *arguments, report=CLEAN)

    assert ended == 0
    assert said.count("no known weakness; 1 packages are unknown") == 2


@pytest.mark.parametrize("arguments", [(), ("--where-possible",)])
def test_known_weakness_fails_and_is_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended, said = audit(tmp_path, *arguments, report=WEAK, words="Found 1 known vulnerability", ended=1)

    assert (ended, "PYSEC-1" in said) == (1, True)


@pytest.mark.parametrize(("arguments", "status"), [((), 1), (("--where-possible",), 0)])
def test_without_a_network_only_the_audit_itself_fails(tmp_path: Path, arguments: tuple[str, ...], status: int) -> None:
    ended, said = audit(tmp_path, *arguments, words=OFFLINE, ended=1)

    assert ended == status
    assert "requirements/run.txt: not audited" in said


@pytest.mark.parametrize("arguments", [(), ("--where-possible",)])
def test_tool_that_breaks_is_not_taken_for_a_missing_network(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended, said = audit(tmp_path, *arguments, words="KeyError: 'hash'", ended=1)

    assert (ended, "KeyError" in said) == (1, True)


def test_weakness_counts_even_when_the_tool_also_speaks_of_connections(tmp_path: Path) -> None:
    ended, _said = audit(tmp_path, "--where-possible", report=WEAK, words=OFFLINE, ended=1)

    assert ended == 1


def test_check_looks_where_possible_and_audit_always() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()

    assert [line.strip() for line in lines if "audit.sh" in line] == [
        "sh requirements/audit.sh --where-possible",
        "sh requirements/audit.sh",
    ]
