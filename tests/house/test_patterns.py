"""No regular expression of the product takes its time over what somebody typed on purpose."""

import ast
import re
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.house.source import code_files, module_of, tree_of
from tests.regex_steps import Matcher, steps

# Repeated, and then followed by something that does not fit.
ATOMS = (
    *(" ", "\n", "\t", "\r", ",", ";", '"', "'", "=", "a", "1", "-", ".", "\\", "[", "_", "'"),
    *("inc ", ", ", '\\"', ";charset", ";charset ", "a.", "1,", "\t;", " \n", "prm_", "[{"),
)
BEGINNINGS = ("", "a", ";charset", '"', "1")
ENDS = ("x", "\u0000")
REPEATED, MOST = 48, 20_000
# Each letter is looked at a few times; with the square of the text, as often as there are letters.
MOST_FOR_A_LETTER = 20.0


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """By module: what it keeps compiled, and what it says on the spot."""
    found = {}
    for path in code_files():
        name = module_of(path)
        if "re" not in imported(path) or name.endswith("__main__"):
            continue
        for attribute, value in vars(import_module(name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{name}.{attribute}"] = as_asked(value, path.read_text(), attribute)
        found |= {f"{name}:{node.lineno}": re.compile(node.args[0].value) for node in calls(path)}
    return found


def as_asked(pattern: re.Pattern[str], source: str, name: str) -> re.Pattern[str]:
    """Whatever is asked for the whole text alone is not looked for from every place in it."""
    if set(re.findall(rf"\b{name}\.(\w+)\(", source)) != {"fullmatch"}:
        return pattern
    return re.compile(rf"\A(?:{pattern.pattern})\Z", pattern.flags)


def imported(path: Path) -> set[str]:
    return {alias.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.Import) for alias in node.names}


def calls(path: Path) -> list[Any]:
    """`re.sub("…", …)` with the pattern as it is used."""
    return [
        node
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("re.")
        and ast.unparse(node.func) not in {"re.compile", "re.escape"}
        and isinstance(node.args[0], ast.Constant)
    ]


def effort(pattern: re.Pattern[str]) -> tuple[float, str]:
    """Steps for a letter, and the text that takes them: the first that is too much, else the worst."""
    worst = (0.0, "")
    for beginning, atom, end in product(BEGINNINGS, ATOMS, ENDS):
        text = beginning + atom * REPEATED + end
        worst = max(worst, (steps(pattern, text, MOST) / len(text), f"{beginning}{atom}…{end}"))
        if worst[0] > MOST_FOR_A_LETTER:
            break
    return worst


@pytest.mark.parametrize("name", patterns())
def test_steps_grow_with_the_text_and_not_with_its_square(name: str) -> None:
    taken, text = effort(patterns()[name])

    assert taken <= MOST_FOR_A_LETTER, f"{name} takes {taken:.0f} steps for each letter of {text!r}"


NAIVE = [
    r"\s+$",
    r"(,?\s*(inc|llc|ltd|gmbh)\.?)+$",
    r"(a+)+$",
    # As they once stood here.
    r";\s*charset\s*\*?\s*=[^;]*",
    r"(?:^|[\r\n])[\s\"']*[=+\-@]|^[\t\r]",
    r"([;\t][\s\"']*)(?=[=+\-@])",
]


@pytest.mark.parametrize("pattern", NAIVE)
def test_control_naive_pattern_is_found_out(pattern: str) -> None:
    assert effort(re.compile(pattern, re.IGNORECASE))[0] > MOST_FOR_A_LETTER


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*patterns().values()]), st.lists(st.sampled_from([*ATOMS, *ENDS, *BEGINNINGS]), max_size=6))
def test_counting_matcher_finds_what_the_real_one_finds(pattern: re.Pattern[str], parts: list[str]) -> None:
    text = "".join(parts)
    found = pattern.search(text)

    assert Matcher(pattern, text, 100_000).search() == (found.span() if found else None)
