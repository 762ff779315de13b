"""The programme's figures for a period, leading ones before lagging ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from prm.accounts.models import Organisation
from prm.metrics.registry import METRICS, Metric, Period

QUARTERS = 8
BARS = 4


@dataclass(frozen=True)
class Figure:
    """`total` of the period and of the one before; None when there is nothing to take a mean of."""

    metric: Metric
    total: Decimal | None
    before: Decimal | None
    of_partners: dict[int, Decimal]

    @property
    def change(self) -> Decimal | None:
        """As a share of the period before."""
        if self.total is None or not self.before:
            return None
        return (self.total - self.before) / self.before


def figures(period: Period) -> list[Figure]:
    """Every metric; a constant number of queries."""
    before = Period.quarter_of(period.start - timedelta(days=1))
    found = []
    for metric in sorted(METRICS, key=lambda metric: not metric.leading):
        of_partners = metric.compute(None, period)
        earlier = metric.fold(metric.compute(None, before))
        found.append(Figure(metric, metric.fold(of_partners), earlier, of_partners))
    return found


def by_partner(found: list[Figure]) -> list[tuple[Organisation, list[tuple[Decimal | None, Metric]]]]:
    """Partners that have any figure, by name, with a cell for each figure."""
    ids = {partner for figure in found for partner in figure.of_partners}
    partners = Organisation.objects.filter(pk__in=ids).order_by("name", "pk")
    return [
        (partner, [(figure.of_partners.get(partner.pk), figure.metric) for figure in found]) for partner in partners
    ]


def quarters(now: datetime, count: int = QUARTERS) -> list[Period]:
    """The present quarter and those before it, the newest first."""
    found = [Period.quarter_of(now)]
    while len(found) < count:
        found.append(Period.quarter_of(found[-1].start - timedelta(days=1)))
    return found


def over_time(metric: Metric, until: Period) -> list[tuple[str, Decimal]]:
    """The metric's total in the quarters up to that one, the oldest first."""
    periods = quarters(until.start, BARS)[::-1]
    return [(period.label, metric.fold(metric.compute(None, period)) or Decimal(0)) for period in periods]
