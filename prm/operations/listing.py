"""The notices that were given up, as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.notices.models import Notice
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = ("Notice", "To", "Given up at", "Attempts", "Why")
ORDER = ("-parked_at", "pk")


def _found(_user: User, _asked: QueryDict) -> QuerySet[Notice]:
    return Notice.objects.parked().select_related("user").order_by(*ORDER)


def _cells(rows: QuerySet[Notice], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        yield row.title, row.recipient, row.parked_at, row.attempts, row.last_error


LISTING = LISTINGS.register(
    "given-up-notices", Listing("given-up-notices", HEADER, (Permission.OPERATIONS,), _found, _cells)
)
