"""The programme's figures for a period, leading ones before lagging ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from prm.accounts.models import Organisation
from prm.metrics.registry import METRICS, Metric, Period
from prm.metrics.selectors import computed

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
    before = computed(METRICS, None, Period.quarter_of(period.start - timedelta(days=1)))
    found = computed(METRICS, None, period)
    return [
        Figure(metric, metric.fold(found[metric.name]), metric.fold(before[metric.name]), found[metric.name])
        for metric in sorted(METRICS, key=lambda metric: not metric.leading)
    ]


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


def over_time(figure: Figure, until: Period) -> list[tuple[str, Decimal]]:
    """The totals in the quarters up to that of the figure, the oldest first; the newest two it knows already."""
    last, before, *earlier = quarters(until.start, BARS)
    metric = figure.metric
    totals = [(period.label, metric.fold(metric.compute(None, period))) for period in reversed(earlier)]
    totals += [(before.label, figure.before), (last.label, figure.total)]
    return [(label, total or Decimal(0)) for label, total in totals]
