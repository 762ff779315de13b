"""The repository as text: what is locked, what is explained, and what must not be in it."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT

REQUIREMENTS = ("requirements/run.txt", "requirements/dev.txt")
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
ITSELF = "tests/house/test_texts.py"
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|root|Users)/\w|[A-Z]:\\Users")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|/simple/")
LATER = re.compile(r"TODO|FIXME|NotImplementedError")
SWITCHED_OFF = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail)")
INDEX_LINES = re.compile(r"^\s*(--(extra-)?index-url|--find-links|--trusted-host|-i |-f )", re.MULTILINE)
INLINE = re.compile(r"<style[\s>]|\sstyle=|\son[a-z]+=[\"']|hx-on|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE)


@cache
def tracked() -> tuple[Path, ...]:
    """What belongs to the repository, or would with the next commit; a copy without git is read as it lies."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = listed.stdout.splitlines() or [
        str(path.relative_to(ROOT)) for package in (*PACKAGES, "tests") for path in (ROOT / package).rglob("*.*")
    ]
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw:
            found[path.relative_to(ROOT).as_posix()] = raw.decode()
    # The words that are looked for stand here.
    found.pop(ITSELF, None)
    return found


def templates() -> dict[str, str]:
    return {name: text for name, text in texts().items() if name.endswith(".html")}


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRIES], ids=["machine paths", "registries"])
def test_nothing_names_a_machine(pattern: re.Pattern[str]) -> None:
    named = {name: pattern.findall(text) for name, text in texts().items()}

    assert {name: found for name, found in named.items() if found} == {}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_are_locked_with_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE).strip())

    assert len(entries) > 20
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert INDEX_LINES.findall(text) == []


def test_tests_run_on_what_is_shipped() -> None:
    run, dev = (set(pins((ROOT / name).read_text())) for name in REQUIREMENTS)

    assert run - dev == set()


def pins(text: str) -> list[str]:
    return re.findall(r"^([a-z0-9][\w.-]*(?:\[[\w,-]+\])?==[^\s;\\]+)", text, flags=re.MULTILINE)


def test_every_dependency_says_why() -> None:
    lines = [line.strip() for line in (ROOT / "pyproject.toml").read_text().splitlines()]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    unexplained = [name for name in project["dependencies"] if not comment_above(lines, name)]

    assert unexplained == []


def test_every_tool_of_development_says_why() -> None:
    """Tools that go together may share a comment."""
    lines = [line.strip() for line in (ROOT / "pyproject.toml").read_text().splitlines()]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = project["optional-dependencies"]["dev"]
    runs = [distance_to_comment(lines, name) for name in names]

    assert max(runs) <= 4


def comment_above(lines: list[str], dependency: str) -> bool:
    return distance_to_comment(lines, dependency) == 1


def distance_to_comment(lines: list[str], dependency: str) -> int:
    at = lines.index(f'"{dependency}",')
    return next(distance for distance in range(1, at) if lines[at - distance].startswith("#"))


def test_settings_of_linters_are_not_switched_off_silently() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    ignored = [line for line in lines if re.match(r'\s+"[A-Z]+\d+",', line)]

    assert [line for line in ignored if "#" not in line] == []


def test_type_errors_are_ignored_by_code_alone() -> None:
    blanket = re.compile(r"#\s*(type:\s*ignore(?!\[)|noqa(?!:))")
    code = {name: text for name, text in texts().items() if name.endswith(".py")}

    assert [name for name, text in code.items() if blanket.search(text)] == []


def test_nothing_is_left_for_later() -> None:
    named = {name: LATER.findall(text) for name, text in texts().items() if name.endswith((".py", ".html", ".js"))}

    assert {name: found for name, found in named.items() if found} == {}


def test_no_test_is_switched_off() -> None:
    tests = {name: text for name, text in texts().items() if name.startswith("tests/")}

    assert [name for name, text in tests.items() if SWITCHED_OFF.search(text)] == []


def test_templates_hold_neither_script_nor_style() -> None:
    odd = {name: INLINE.findall(text) + SCRIPT.findall(text) for name, text in templates().items()}

    assert len(odd) > 30
    assert {name: found for name, found in odd.items() if found} == {}


def test_templates_load_nothing_from_elsewhere() -> None:
    outside = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//")

    assert [name for name, text in templates().items() if outside.search(text)] == []


def test_nothing_is_marked_safe() -> None:
    """Whatever people type is escaped where it is drawn."""
    unsafe = re.compile(r"\|\s*safe\b|autoescape off|mark_safe|\|safeseq")
    drawn = {name: text for name, text in texts().items() if name.endswith((".html", ".py")) and "tests/" not in name}

    assert [name for name, text in drawn.items() if unsafe.search(text)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_there(name: str) -> None:
    assert len((ROOT / name).read_text()) > 500


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        (name, target)
        for name in DOCUMENTS
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", (ROOT / name).read_text())
        if not (ROOT / target).exists()
    ]

    assert broken == []


def test_version_is_the_newest_of_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## ([\d.]+)", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)

    assert newest is not None
    assert newest[1] == project["version"]


def test_advisory_locks_have_numbers_of_their_own() -> None:
    """One number for two purposes makes strangers wait for each other."""
    numbers = [
        number
        for name, text in texts().items()
        if name.endswith(".py") and not name.startswith("tests/")
        for number in re.findall(r"^[A-Z_]+ = (7_300_\d{3})\b", text, flags=re.MULTILINE)
    ]

    assert len(numbers) > 1
    assert sorted(numbers) == sorted(set(numbers))
