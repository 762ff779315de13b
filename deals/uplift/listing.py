"""The report of uplifts as a file."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from deals.uplift.forms import UpliftFilter
from deals.uplift.policies import READERS
from deals.uplift.selectors import by_seller
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    *("Seller", "Currency", "Deals with a partner", "Value with a partner", "Deals without", "Value without"),
    "Uplift",
)


def filter_of(user: User, asked: QueryDict) -> UpliftFilter:
    form = UpliftFilter(asked, reader=user)
    if not form.is_valid():
        raise Http404
    return form


def _found(user: User, asked: QueryDict) -> QuerySet[Any]:
    return by_seller(user, filter_of(user, asked).wanted())


def _cells(rows: QuerySet[Any], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        yield (
            *(row["seller__name"] or "", row["currency"], row["deals_with"], row["value_with"]),
            *(row["deals_without"], row["value_without"], row["earned"]),
        )


LISTING = LISTINGS.register("direct-uplift", Listing("uplift", HEADER, READERS, _found, _cells))
