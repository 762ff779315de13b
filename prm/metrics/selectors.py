"""A figure for the person who asks: everybody's for the programme, the own one for a partner."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission
from prm.metrics.registry import Metric, Period


@dataclass(frozen=True)
class Figures:
    """`total` is None when there is nothing to take a mean of."""

    metric: Metric
    period: Period
    total: Decimal | None
    of_partners: list[tuple[Organisation, Decimal]]


def computed(
    metrics: Iterable[Metric], organisation_ids: list[int] | None, period: Period
) -> dict[str, dict[int, Decimal]]:
    """By metric; those that share a query ask it once."""
    found: dict[str, dict[int, Decimal]] = {}
    for metric in metrics:
        if metric.name in found:
            continue
        if metric.together is None:
            found[metric.name] = metric.compute(organisation_ids, period)
        else:
            found |= metric.together(organisation_ids, period)
    return found


def may_read(user: User) -> bool:
    return user.may(Permission.METRICS_READ_ALL, Permission.METRICS_READ_ORGANISATION)


def figures(metric: Metric, period: Period, *, reader: User) -> Figures:
    """The metric over the partners whose figures the reader may see, by name. One query besides the metric's own."""
    asked = None if reader.may(Permission.METRICS_READ_ALL) else _own(reader)
    computed = metric.compute(asked, period)
    if asked is not None:
        computed = {pk: value for pk, value in computed.items() if pk in asked}
    partners = Organisation.objects.filter(pk__in=computed, kind=Organisation.Kind.PARTNER).order_by("name", "pk")
    of_partners = [(partner, computed[partner.pk]) for partner in partners]
    return Figures(metric, period, metric.fold({partner.pk: value for partner, value in of_partners}), of_partners)


def _own(reader: User) -> list[int]:
    """Nobody's figures rather than everybody's, should the reader belong nowhere."""
    allowed = reader.is_partner and may_read(reader) and reader.organisation is not None
    return [reader.organisation.pk] if allowed and reader.organisation else []
