"""Geometry of the charts: figures in, SVG numbers out. Lengths are attributes, so no style attribute is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Figure = int | float | Decimal


@dataclass(frozen=True)
class Row:
    """A labelled figure; `shown` is how it is written, `tone` "", "good", "warn" or "bad"."""

    label: str
    value: Figure
    shown: str = ""
    tone: str = ""
    part: Figure = 0


@dataclass(frozen=True)
class Bar:
    row: Row
    x: float
    y: float
    width: float
    height: float
    part_y: float = 0
    part_height: float = 0

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def top(self) -> float:
        return self.part_y if self.part_height else self.y


def share(value: Figure, maximum: Figure) -> float:
    """0..100, also when there is nothing to compare with."""
    if not maximum or maximum < 0:
        return 0.0
    return round(min(max(float(value) / float(maximum), 0.0), 1.0) * 100, 1)


def rows_of(rows: Sequence[Row | tuple[str, Figure] | tuple[str, Figure, str]]) -> list[Row]:
    return [row if isinstance(row, Row) else Row(*row) for row in rows]


def columns(rows: Sequence[Row], width: float, height: float) -> list[Bar]:
    """Upright bars over the whole width; `part` of a row is stacked on top of its value."""
    if not rows:
        return []
    top = max(float(row.value) + float(row.part) for row in rows) or 1.0
    step = width / len(rows)
    bars = []
    for position, row in enumerate(rows):
        tall, extra = float(row.value) / top * height, float(row.part) / top * height
        gap = 2.0 if extra else 0.0
        bars.append(
            Bar(
                row,
                x=round(position * step + step * 0.2, 1),
                y=round(height - tall, 1),
                width=round(step * 0.6, 1),
                height=round(tall, 1),
                part_y=round(height - tall - extra, 1),
                part_height=round(max(extra - gap, 0.0), 1),
            )
        )
    return bars


def points(values: Sequence[Figure], width: float, height: float) -> list[tuple[float, float]]:
    """A line through the values, lowest at the bottom, highest at the top."""
    if not values:
        return []
    low, high = float(min(values)), float(max(values))
    span = (high - low) or 1.0
    step = width / max(len(values) - 1, 1)
    return [
        (round(position * step, 1), round(height - (float(value) - low) / span * height, 1))
        for position, value in enumerate(values)
    ]
