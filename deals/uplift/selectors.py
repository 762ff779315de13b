"""What sellers won with and without a partner, and what that brought them more."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from deals.direct.models import DirectOpportunity
from deals.direct.states import Stage
from deals.uplift.policies import can_read, can_read_all
from prm.accounts.models import User
from prm.currencies import Money
from prm.metrics.registry import Period
from prm.rates.rules import Together
from prm.rates.selectors import all_together

# The present quarter and those before it that are offered.
QUARTERS = 8
# Sums are exact, like what they add.
VALUE = DecimalField(max_digits=20, decimal_places=2)
WITH, WITHOUT = Q(partner__isnull=False), Q(partner=None)


def by_seller(reader: User, period: Period) -> QuerySet[Any, Any]:
    """A row for each seller and currency, of the deals that were closed in the period; one query."""
    rows = DirectOpportunity.objects.filter(
        stage=Stage.WON, closed_on__gte=period.start.date(), closed_on__lt=period.end.date()
    )
    if not can_read_all(reader):
        rows = rows.filter(seller=reader) if can_read(reader) else rows.none()
    return (
        rows.order_by("seller__name", "seller__public_id", "currency")
        .values("seller__public_id", "seller__name", "currency")
        .annotate(
            deals_with=Count("pk", filter=WITH),
            deals_without=Count("pk", filter=WITHOUT),
            value_with=Coalesce(Sum("value", filter=WITH), Value(0), output_field=VALUE),
            value_without=Coalesce(Sum("value", filter=WITHOUT), Value(0), output_field=VALUE),
            earned=Sum("uplift"),
        )
    )


AMOUNTS = ("value_with", "value_without", "earned")


def figures(rows: Iterable[Mapping[str, Any]], period: Period, today: date) -> dict[str, Together | None]:
    """Each column as one figure, at the rates of the period's last day, or of today; one query at most."""
    found = list(rows)
    columns = [[Money(row[name] or Decimal(0), row["currency"]) for row in found] for name in AMOUNTS]
    return dict(zip(AMOUNTS, all_together(columns, min(last_day(period), today)), strict=True))


def last_day(period: Period) -> date:
    return (period.end - timedelta(days=1)).date()


def quarters(today: date) -> list[str]:
    """Labels, the present one first."""
    number = today.year * 4 + (today.month - 1) // 3
    return [f"{each // 4}Q{each % 4 + 1}" for each in range(number, number - QUARTERS, -1)]
