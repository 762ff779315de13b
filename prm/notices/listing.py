"""What a person has been told, as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from prm.accounts.models import User
from prm.notices.models import Notice
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = ("At", "Title", "Text", "Read at")


def _found(user: User, _asked: QueryDict) -> QuerySet[Notice]:
    return Notice.objects.visible_to(user).order_by("-created_at", "-pk")


def _cells(rows: QuerySet[Notice], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        yield row.created_at, row.title, row.body, row.read_at


LISTING = LISTINGS.register("notices", Listing("notices", HEADER, (), _found, _cells))
