"""Lists that can be taken away: how their rows are found and what stands in the cells, for pages and workers alike."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.registry import Registry

Cell = str | int | float | Decimal | date | datetime | bool | None


@dataclass(frozen=True)
class Listing:
    """`name` is also the file's.

    `found` are the rows that the person may see and the address asks for, in the list's order; Http404 when it asks
    for nonsense. `cells` reads them row by row. Without `permissions` the list is open to every member. `written` is
    what has to be recorded before a row leaves.
    """

    name: str
    header: tuple[str, ...]
    permissions: tuple[Permission, ...]
    found: Callable[[User, QueryDict], QuerySet[Any]]
    cells: Callable[[QuerySet[Any], User], Iterable[Sequence[Cell]]]
    written: Callable[[User, QueryDict], object] | None = None

    def is_open_to(self, user: User) -> bool:
        return not self.permissions or user.may(*self.permissions)


def is_longer(rows: QuerySet[Any], most: int) -> bool:
    """Counts no further than that."""
    return rows.order_by()[: most + 1].count() > most


LISTINGS: Registry[Listing] = Registry("list")
