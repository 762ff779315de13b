"""However long and whatever it is made of, a name is read in a number of steps that its cap bounds.

Steps are calls, of our functions and of those below; seconds would depend on the machine.
"""

import gc
import sys
from collections.abc import Callable
from typing import Any

import pytest

from prm.matching import Identity, keys, normalise, score
from prm.matching.folding import LONGEST_TEXT

ATOMS = (
    " ",
    ",",
    "inc ",
    "gmbh & co. kg ",
    "(",
    "a ",
    "a.",
    "ß",
    "ﷺ",
    "e\u0301",
    "\u200b",
    "а",
    "İ",
    "株",
    "the ",
    "-",
    "d/b/a ",
    "(ab) ",
    " - a",
    "大学",
    "usa ",
)


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called, those of C among them."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    # Whoever listens to the collector of garbage would be counted too.
    gc.disable()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


def read(name: str) -> None:
    keys(normalise(Identity(name, "DE", former_names=(name,))))


@pytest.mark.parametrize("atom", ATOMS)
def test_text_without_end_takes_the_steps_of_its_beginning(atom: str) -> None:
    capped, endless = (atom * (length // len(atom) + 1) for length in (LONGEST_TEXT, 1_000_000))
    read(capped)

    assert calls(lambda: read(endless)) == calls(lambda: read(endless[: 2 * LONGEST_TEXT]))
    assert calls(lambda: read(capped)) <= 200 * LONGEST_TEXT


@pytest.mark.parametrize("atom", ATOMS)
@pytest.mark.parametrize("end", ["x", "!"])
def test_twice_the_text_takes_no_more_than_twice_the_steps(atom: str, end: str) -> None:
    short, long = (atom * (length // len(atom)) + end for length in (LONGEST_TEXT // 4, LONGEST_TEXT // 2))
    read(short), read(long)

    # What every name takes, however short, is on both sides.
    assert calls(lambda: read(long)) <= 2.5 * max(calls(lambda: read(short)), 200)


def test_two_names_without_end_are_compared_in_the_steps_of_their_beginnings() -> None:
    endless = [Identity(atom * 500_000, "DE") for atom in ("inc ", "a, ")]
    beginnings = [Identity(each.name[: 2 * LONGEST_TEXT], "DE") for each in endless]
    score(*endless)

    assert calls(lambda: score(*endless)) == calls(lambda: score(*beginnings))


def naive(name: str) -> str:
    """The control: suffixes are taken off one by one, and the whole is looked through each time."""
    words = name.split()
    while words and words[-1] in {"inc", "gmbh"}:
        words = [word.lower() for word in words[:-1]]
    return " ".join(words)


def test_control_naive_reading_takes_the_square_and_has_no_end() -> None:
    short, long = ("inc " * number for number in (20, 40))

    assert calls(lambda: naive(long)) > 3 * calls(lambda: naive(short))
    assert calls(lambda: naive("inc " * 400)) > 100 * calls(lambda: naive(short))
