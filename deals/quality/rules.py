"""How right the engine was, and what other thresholds would have made of the same cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prm.matching import Band, Thresholds, band_of
from prm.matching.feedback.rules import Interval, interval


@dataclass(frozen=True)
class Precision:
    """Of the pairs that somebody judged, how many were the same customer."""

    same: int
    different: int

    @property
    def judged(self) -> int:
        return self.same + self.different

    @property
    def share(self) -> float | None:
        """None when nobody has judged any."""
        return self.same / self.judged if self.judged else None

    @property
    def interval(self) -> Interval:
        return interval(self.same, self.judged)


@dataclass(frozen=True)
class RulePrecision:
    rule: str
    precision: Precision


def most_wrong_first(found: Iterable[RulePrecision]) -> list[RulePrecision]:
    """By what is sure to be wrong: a rule that failed once of once comes after one that failed eight times of ten."""
    return sorted(found, key=lambda row: (row.precision.interval.high, -row.precision.different, row.rule))


@dataclass(frozen=True)
class Group:
    """So many cases with one score and ceiling; `verdict` is what people said of them, or ""."""

    score: float
    ceiling: Band
    count: int
    verdict: str = ""


@dataclass(frozen=True)
class Move:
    """From one band to another, and the scores by ceiling of those that go that way."""

    before: Band
    after: Band
    same: int
    different: int
    count: int
    scores: Mapping[Band, tuple[float, ...]]


def moves(groups: Iterable[Group], now: Thresholds, then: Thresholds) -> list[Move]:
    """Where other thresholds would put the cases, the gravest change first. What stays is left out."""
    gathered: dict[tuple[Band, Band], list[Group]] = {}
    for group in groups:
        way = band_of(group.score, now, group.ceiling), band_of(group.score, then, group.ceiling)
        if way[0] != way[1]:
            gathered.setdefault(way, []).append(group)
    return [_move(way, gathered[way]) for way in sorted(gathered, key=lambda way: (_ORDER[way[0]], _ORDER[way[1]]))]


_ORDER = {Band.BLOCK: 0, Band.REVIEW: 1, Band.HINT: 2}


def _move(way: tuple[Band, Band], groups: list[Group]) -> Move:
    scores: dict[Band, set[float]] = {}
    for group in groups:
        scores.setdefault(group.ceiling, set()).add(group.score)
    return Move(
        *way,
        same=_count(groups, "same"),
        different=_count(groups, "different"),
        count=sum(group.count for group in groups),
        scores={ceiling: tuple(sorted(found)) for ceiling, found in scores.items()},
    )


def by_band(groups: Iterable[Group], thresholds: Thresholds) -> dict[Band, Precision]:
    """How many of the judged pairs each band holds."""
    found: dict[Band, list[Group]] = {band: [] for band in _ORDER}
    for group in groups:
        found[band_of(group.score, thresholds, group.ceiling)].append(group)
    return {band: Precision(_count(rows, "same"), _count(rows, "different")) for band, rows in found.items()}


def _count(groups: Iterable[Group], verdict: str) -> int:
    return sum(group.count for group in groups if group.verdict == verdict)
