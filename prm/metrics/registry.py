"""One definition for each figure, used by dashboards, API and exports alike."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.utils.functional import Promise

from prm.errors import InvalidInput
from prm.registry import Registry


@dataclass(frozen=True)
class Period:
    """Half open: start <= t < end, UTC. `label` is what the person asked for: 2026, 2026Q4 or 2026-11."""

    label: str
    start: datetime
    end: datetime

    @classmethod
    def parse(cls, text: str) -> "Period":
        match = re.fullmatch(r"(?P<year>20[0-9]{2})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", text)
        if match is None:
            raise InvalidInput({"period": ["Give a year, a quarter or a month, such as 2026, 2026Q4 or 2026-11."]})
        year = int(match["year"])
        if match["quarter"]:
            first, months = 3 * int(match["quarter"]) - 2, 3
        elif match["month"]:
            first, months = int(match["month"]), 1
        else:
            first, months = 1, 12
        end_year, end_month = divmod(first - 1 + months, 12)
        return cls(text, datetime(year, first, 1, tzinfo=UTC), datetime(year + end_year, end_month + 1, 1, tzinfo=UTC))

    @classmethod
    def quarter_of(cls, moment: datetime) -> "Period":
        return cls.parse(f"{moment.year}Q{(moment.month + 2) // 3}")


# Partner organisations (None: all of them) and a period in; a figure for each partner organisation out.
# Partners without a figure are absent.
Compute = Callable[[list[int] | None, Period], dict[int, Decimal]]
# The same for several metrics that read the same rows, by their names.
Together = Callable[[list[int] | None, Period], dict[str, dict[int, Decimal]]]


@dataclass(frozen=True)
class Metric:
    """`unit` is "count", "share" (0..1), "days", "hours" or "money"; leading ones come before lagging ones.

    `total` folds the partners' figures into the programme's: "sum" or "mean". `together` is what `compute` is a part
    of, for those that share a query.
    """

    name: str
    title: str | Promise
    description: str | Promise
    unit: str
    leading: bool
    compute: Compute
    total: str = "sum"
    together: Together | None = None

    @classmethod
    def part(
        cls, together: Together, name: str, title: Promise, description: Promise, unit: str, leading: bool, total: str
    ) -> "Metric":
        def compute(organisation_ids: list[int] | None, period: Period) -> dict[int, Decimal]:
            return together(organisation_ids, period)[name]

        return cls(name, title, description, unit, leading, compute, total, together)

    def fold(self, figures: dict[int, Decimal]) -> Decimal | None:
        if not figures:
            return Decimal(0) if self.total == "sum" else None
        summed = sum(figures.values(), Decimal(0))
        return summed if self.total == "sum" else summed / len(figures)


METRICS: Registry[Metric] = Registry("metric")


def declare(*metrics: Metric) -> None:
    for metric in metrics:
        METRICS.register(metric.name, metric)
