"""The imports so far, as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from partners.imports.models import AccountImport
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    *("Import", "File", "At", "By", "State", "Rows"),
    *("New", "Changed", "Unchanged", "Left out", "Imported at", "Undone at"),
)


def _found(user: User, _asked: QueryDict) -> QuerySet[AccountImport]:
    return AccountImport.objects.visible_to(user).select_related("created_by").order_by("-created_at", "-pk")


def _cells(rows: QuerySet[AccountImport], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        by = str(row.created_by) if row.created_by else ""
        yield (
            *(row.public_id, row.file_name, row.created_at, by, row.get_state_display(), row.rows),
            *(row.new, row.changed, row.unchanged, row.refused, row.imported_at, row.undone_at),
        )


LISTING = LISTINGS.register("imports", Listing("imports", HEADER, (P.ACCOUNTS_WRITE_ALL,), _found, _cells))
