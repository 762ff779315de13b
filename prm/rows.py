"""Reading rows without paying for an order that is not needed.

Django compares what a query is ordered by with every column that it selects, one by one, and PostgreSQL carries all
of them through its sort: for wide rows with their relations both cost more than the read itself.
"""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def one_or_none(rows: QuerySet[M]) -> M | None:
    """The row that a unique condition leaves, or None; `first()` would order by the primary key."""
    return next(iter(rows.order_by()[:1]), None)


def in_order(rows: QuerySet[M], order: Sequence[str], *, limit: int) -> list[M]:
    """The first rows in that order: their keys first, then what belongs to them. Two queries."""
    keys = list(rows.order_by(*order).values_list("pk", flat=True)[:limit])
    found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)} if keys else {}
    return [found[key] for key in keys if key in found]
