"""Whatever is pasted: text, lists, files of ours, and what is none of them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.signing.pasted import MOST_STEPS, NotReadable, read

FILE = {"receipt": ["a.b.c", "d.e.f"], "inclusion": [{"root": "r", "path": [["left", "00"]]}, {"root": None}]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b.c", ["a.b.c"]),
        (" a.b.c\r\n\r\nd.e.f\t", ["a.b.c", "d.e.f"]),
        ('["a.b.c", "d.e.f"]', ["a.b.c", "d.e.f"]),
        ('["a.b.c d.e.f"]', ["a.b.c", "d.e.f"]),
        ('[["a"], ["b"]]', ["a", "b"]),
        (json.dumps(FILE), ["a.b.c", "d.e.f"]),
        (json.dumps([FILE, FILE]), ["a.b.c", "d.e.f"] * 2),
        (json.dumps([FILE, "g.h.i"]), ["a.b.c", "d.e.f", "g.h.i"]),
        ('{"receipt": ["a"], "anything": 7}', ["a"]),
        ('{"receipt": ["a"], "inclusion": 7}', ["a"]),
    ],
)
def test_receipts_are_found_in(text: str, expected: list[str]) -> None:
    assert read(text).texts == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (FILE, {0: ("r", [["left", "00"]])}),
        ([FILE, FILE], {0: ("r", [["left", "00"]]), 2: ("r", [["left", "00"]])}),
        (["x", FILE], {1: ("r", [["left", "00"]])}),
        ({"receipt": ["a"], "inclusion": [{"root": 7, "path": []}]}, {}),
        ({"receipt": ["a"], "inclusion": [{"root": "r", "path": "up"}]}, {}),
        ({"receipt": ["a"], "inclusion": ["r"]}, {}),
        # More ways than steps: the rest is nobody's.
        ({"receipt": ["a"], "inclusion": [{"root": "r", "path": []}] * 3}, {0: ("r", [])}),
    ],
)
def test_ways_belong_to_their_steps(value: Any, expected: dict[int, Any]) -> None:
    assert read(json.dumps(value)).ways == expected


UNREADABLE = (
    *("", "   ", "[]", "{}", "[[]]", "{", "[1]", "[null]", '{"receipt": 1}', '{"receipt": [1]}', "[[[[[]]]]]"),
    *("[" * 5000, '["' + "a " * (MOST_STEPS + 1) + '"]', "a " * (MOST_STEPS + 1)),
)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_receipt_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NotReadable, match=r"^[A-Z].*\.$"):
        read(text)


def test_as_many_steps_as_allowed_are_read() -> None:
    assert len(read("a " * MOST_STEPS).texts) == MOST_STEPS


@settings(max_examples=100)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["receipt", "inclusion", "x"]), x),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        found = read(json.dumps(value))
    except NotReadable:
        return
    assert 1 <= len(found.texts) <= MOST_STEPS
    assert set(found.ways) <= set(range(len(found.texts)))
