"""Charts keep inside their frame and tell the truth about proportions, whatever the figures."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.portal.charts import Bar, Row, columns, points, rows_of, share

WIDTH, HEIGHT = 640, 150
figures = st.one_of(
    st.integers(0, 10**12), st.floats(0, 1e12, allow_nan=False), st.decimals(0, 10**12, places=2, allow_nan=False)
)
rows = st.lists(st.builds(Row, label=st.just("x"), value=figures, part=figures), max_size=12)


@given(figures, figures)
def test_share_is_between_nothing_and_all(value: Decimal, maximum: Decimal) -> None:
    assert 0 <= share(value, maximum) <= 100


@pytest.mark.parametrize(
    ("value", "maximum", "expected"),
    [
        (0, 10, 0.0),
        (5, 10, 50.0),
        (10, 10, 100.0),
        (11, 10, 100.0),
        (-1, 10, 0.0),
        (5, 0, 0.0),
        (5, -10, 0.0),
        (Decimal("1"), Decimal("3"), 33.3),
        (Decimal("2"), 3, 66.7),
    ],
)
def test_share_is_per_cent_with_one_decimal(value: Decimal, maximum: Decimal, expected: float) -> None:
    assert share(value, maximum) == expected


@given(rows)
def test_columns_stay_inside_the_frame(given_rows: list[Row]) -> None:
    bars = columns(given_rows, WIDTH, HEIGHT)

    assert [bar.row for bar in bars] == given_rows
    assert [bar for bar in bars if not inside(bar)] == []


def inside(bar: Bar) -> bool:
    """Rounded to a tenth, so a tenth may be missing or too much."""
    across = bar.x >= 0 and bar.x + bar.width <= WIDTH + 0.1
    upright = -0.1 <= bar.part_y <= bar.y + 0.1 and abs(bar.y + bar.height - HEIGHT) <= 0.11
    return across and upright and bar.width > 0 and 0 <= bar.part_height <= HEIGHT


@given(rows)
def test_columns_stand_side_by_side(given_rows: list[Row]) -> None:
    bars = columns(given_rows, WIDTH, HEIGHT)

    assert [one for one, next_one in pairwise(bars) if one.x + one.width > next_one.x] == []


@given(st.lists(figures, min_size=2, max_size=10))
def test_larger_figure_has_no_shorter_column(values: list[Decimal]) -> None:
    bars = columns([Row("x", value) for value in values], WIDTH, HEIGHT)
    ordered = sorted(bars, key=lambda bar: float(bar.row.value))

    assert [bar.height for bar in ordered] == sorted(bar.height for bar in bars)
    assert max(bar.height for bar in bars) == (HEIGHT if max(map(float, values)) > 0 else 0)


def test_columns_in_numbers() -> None:
    plain, stacked = columns([Row("a", 50), Row("b", 75, part=25)], 100, 100)

    assert (plain.x, plain.y, plain.width, plain.height, plain.top, plain.middle) == (10, 50, 30, 50, 50, 25)
    assert (stacked.x, stacked.y, stacked.height) == (60, 25, 75)
    assert (stacked.part_y, stacked.part_height, stacked.top) == (0, 23, 0)


@pytest.mark.parametrize("part", [0, 1])
def test_column_without_a_part_is_as_high_as_its_value(part: int) -> None:
    (bar,) = columns([Row("a", 1, part=part)], 10, 10)

    assert (bar.part_height > 0, bar.top == bar.y) == (bool(part), not part)


def test_nothing_draws_nothing() -> None:
    assert (columns([], WIDTH, HEIGHT), points([], WIDTH, HEIGHT), rows_of([])) == ([], [], [])


def test_columns_of_zeros_lie_on_the_ground() -> None:
    assert [(bar.y, bar.height) for bar in columns([Row("a", 0), Row("b", 0)], 10, 10)] == [(10, 0), (10, 0)]


@given(st.lists(figures, min_size=1, max_size=12))
def test_line_goes_from_edge_to_edge(values: list[Decimal]) -> None:
    line = points(values, WIDTH, HEIGHT)
    across, upright = [x for x, _y in line], [y for _x, y in line]

    assert across == sorted(across)
    assert (across[0], across[-1]) == (0, WIDTH if len(values) > 1 else 0)
    assert 0 <= min(upright) <= max(upright) <= HEIGHT
    assert max(upright) == HEIGHT


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([5], [(0, 10)]),
        ([5, 5], [(0, 10), (100, 10)]),
        ([0, 10], [(0, 10), (100, 0)]),
        ([10, 0, 5], [(0, 0), (50, 10), (100, 5)]),
        ([-5, Decimal(5)], [(0, 10), (100, 0)]),
    ],
)
def test_line_in_numbers(values: list[int], line: list[tuple[float, float]]) -> None:
    assert points(values, 100, 10) == line


def test_rows_are_given_as_they_come() -> None:
    row = Row("c", 3, "three", tone="good")

    assert rows_of([("a", 1), ("b", 2, "two"), row]) == [Row("a", 1), Row("b", 2, "two"), row]
