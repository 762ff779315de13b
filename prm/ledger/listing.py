"""The ledger as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.ledger.forms import EarningsFilter
from prm.ledger.models import Entry, EntryQuerySet
from prm.ledger.policies import READERS
from prm.ledger.shown import today_of
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    *("Entry", "Booked on", "Earned on", "Partner", "Kind", "About", "Rate", "Of", "Amount", "Currency"),
    *("Payable from", "Paid"),
)
ORDER = ("-booked_on", "-pk")


def rows_of(user: User) -> EntryQuerySet:
    return Entry.objects.visible_to(user).select_related("organisation", "settlement")


def filter_of(user: User, asked: QueryDict) -> EarningsFilter:
    form = EarningsFilter(asked, reader=user)
    if not form.is_valid():
        raise Http404
    return form


def _found(user: User, asked: QueryDict) -> QuerySet[Entry]:
    today = today_of(user, database_now())
    return filter_of(user, asked).narrowed(rows_of(user), today).order_by(*ORDER)


def cells(rows: QuerySet[Entry], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        yield (
            *(row.public_id, row.booked_on, row.earned_on, row.organisation.name, row.get_kind_display(), row.label),
            *(row.rate, row.base, row.amount, row.currency, row.payable_from, row.is_paid),
        )


LISTING = LISTINGS.register("earnings", Listing("earnings", HEADER, READERS, _found, cells))
