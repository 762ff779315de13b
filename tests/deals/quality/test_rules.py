"""Counting by hand: how right rules were, and who moves under other thresholds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.quality.rules import Group, Move, Precision, RulePrecision, by_band, most_wrong_first, moves
from prm.matching import Band, Thresholds

NOW = Thresholds()
STRICT, LENIENT = Thresholds(0.65, 0.83), Thresholds(0.82, 1.0)
JUDGED = [
    Group(0.97, Band.BLOCK, 6, "same"),
    Group(0.97, Band.BLOCK, 1, "different"),
    Group(0.85, Band.BLOCK, 2, "different"),
    Group(0.89, Band.REVIEW, 3, "same"),
    Group(0.80, Band.BLOCK, 4, "different"),
    Group(0.70, Band.REVIEW, 5, "different"),
]


def told(found: list[Move]) -> list[tuple[str, str, int, int, int]]:
    return [(move.before, move.after, move.same, move.different, move.count) for move in found]


def test_bands_hold_what_was_judged() -> None:
    assert by_band(JUDGED, NOW) == {
        Band.BLOCK: Precision(6, 1),
        Band.REVIEW: Precision(3, 6),
        Band.HINT: Precision(0, 5),
    }


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (NOW, []),
        (STRICT, [("review", "block", 0, 2, 2), ("hint", "review", 0, 5, 5)]),
        (LENIENT, [("block", "review", 6, 1, 7), ("review", "hint", 0, 4, 4)]),
    ],
    ids=["the same", "strict", "lenient"],
)
def test_moves_are_counted_by_what_people_said(
    then: Thresholds, expected: list[tuple[str, str, int, int, int]]
) -> None:
    assert told(moves(JUDGED, NOW, then)) == expected


def test_move_names_the_scores_of_its_cases() -> None:
    (move,) = moves([Group(0.85, Band.BLOCK, 2), Group(0.84, Band.BLOCK, 1), Group(0.85, Band.REVIEW, 9)], NOW, STRICT)

    assert (move.count, dict(move.scores)) == (3, {Band.BLOCK: (0.84, 0.85)})


groups = st.lists(
    st.builds(
        Group,
        score=st.integers(0, 100).map(lambda value: value / 100),
        ceiling=st.sampled_from(Band),
        count=st.integers(1, 9),
        verdict=st.sampled_from(["same", "different"]),
    )
)
edges = st.builds(
    Thresholds, st.integers(65, 82).map(lambda value: value / 100), st.integers(83, 100).map(lambda value: value / 100)
)


@given(groups, edges, edges)
def test_nobody_is_lost_on_the_way(found: list[Group], now: Thresholds, then: Thresholds) -> None:
    before, after = by_band(found, now), by_band(found, then)
    moved = moves(found, now, then)

    for band in Band:
        gone = sum(move.count for move in moved if move.before == band)
        come = sum(move.count for move in moved if move.after == band)
        assert before[band].judged - gone + come == after[band].judged
    assert sum(row.judged for row in after.values()) == sum(group.count for group in found)


@given(groups, edges, edges)
def test_way_back_is_the_way_there_turned_round(found: list[Group], now: Thresholds, then: Thresholds) -> None:
    there = {(move.before, move.after): move.count for move in moves(found, now, then)}
    back = {(move.after, move.before): move.count for move in moves(found, then, now)}

    assert there == back


def test_share_of_nothing_is_not_known() -> None:
    assert Precision(0, 0).share is None
    assert Precision(3, 1).share == 0.75


def test_rule_that_is_surely_wrong_comes_first() -> None:
    rows = [
        RulePrecision("once wrong of once", Precision(0, 1)),
        RulePrecision("eight of ten", Precision(2, 8)),
        RulePrecision("always right", Precision(20, 0)),
        RulePrecision("half", Precision(50, 50)),
    ]

    assert [row.rule for row in most_wrong_first(rows)] == [
        "eight of ten",
        "half",
        "once wrong of once",
        "always right",
    ]
