"""Sizes: what is short is read, what is long is skipped."""

from math import ceil
from statistics import median
from typing import Any

from tests.house.routes import door_modules
from tests.house.source import (
    PACKAGES,
    ROOT,
    Function,
    code_files,
    files_of_tests,
    functions,
    functions_of,
    lines_of_text,
    name_of,
)

FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "signals.py", "misc.py"}


def test_functions_are_short() -> None:
    lengths = [function.lines for function in functions()]

    assert median(lengths) <= 9
    assert [function.where for function in functions() if function.lines > 60] == []


def test_functions_are_simple() -> None:
    complexities = sorted(function.complexity for function in functions())

    assert complexities[ceil(len(complexities) * 0.95) - 1] <= 7


def test_files_are_short() -> None:
    long = {name_of(path): len(path.read_text().splitlines()) for path in (*code_files(), *files_of_tests())}

    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_doors_parse_ask_call_and_translate() -> None:
    long = [function.where for path in door_modules() for function in functions_of(path) if function.lines > 20]

    assert long == []


def test_tasks_only_look() -> None:
    tasks = [path for path in code_files() if path.name == "tasks.py"]

    assert tasks != []
    assert [function.where for path in tasks for function in functions_of(path) if function.lines > 12] == []


def test_every_function_is_annotated() -> None:
    bare = [function.where for function in functions() if not is_annotated(function.node)]

    assert bare == []


def is_annotated(node: Function) -> bool:
    """Everything but the instance or class itself has a type, the answer too."""
    arguments: list[Any] = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    arguments += [argument for argument in (node.args.vararg, node.args.kwarg) if argument]
    named = [argument for argument in arguments if argument.arg not in {"self", "cls"}]
    return node.returns is not None and all(argument.annotation is not None for argument in named)


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = [name_of(path) for path in (*code_files(), *files_of_tests()) if path.name in FORBIDDEN_NAMES]

    assert drawers == []


def test_tests_say_more_than_the_code() -> None:
    code, tests = lines_of_text(code_files()), lines_of_text(files_of_tests())

    assert tests >= 1.3 * code, f"{tests} lines of tests for {code} lines of code"


def test_migrations_are_named_by_hand() -> None:
    names = [path.stem for package in PACKAGES for path in (ROOT / package).rglob("migrations/0*.py")]

    assert names != []
    assert [name for name in names if "_auto_" in name] == []
