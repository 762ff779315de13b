"""The rates of exchange as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing
from prm.rates.forms import RateFilter
from prm.rates.models import NEWEST, Rate, RateQuerySet
from prm.rates.policies import KEEPERS

HEADER = ("Base", "Quote", "Value", "Date", "Source", "Recorded at", "Recorded by", "Corrected")


def rates_of(user: User) -> RateQuerySet:
    return Rate.objects.visible_to(user).with_standing().select_related("recorded_by")


def _found(user: User, asked: QueryDict) -> QuerySet[Rate]:
    return RateFilter(asked, reader=user).narrowed(rates_of(user)).order_by(*NEWEST)


def _cells(rows: QuerySet[Rate], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        by = str(row.recorded_by) if row.recorded_by else ""
        is_corrected: bool = row.is_corrected  # type: ignore[attr-defined]
        yield (row.base, row.quote, row.plain, row.on, row.source, row.recorded_at, by, is_corrected)


LISTING = LISTINGS.register("rates", Listing("rates", HEADER, KEEPERS, _found, _cells))
