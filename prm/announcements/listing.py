"""What was written, for whomever, as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = ("Title", "Text", "Link", "For", "From", "Until", "By mail", "State", "Written by")
ORDER = ("-starts_at", "-pk")


def _found(_user: User, _asked: QueryDict) -> QuerySet[Announcement]:
    return Announcement.objects.select_related("created_by").order_by(*ORDER)


def _cells(rows: QuerySet[Announcement], _reader: User) -> Iterator[tuple[Cell, ...]]:
    now = database_now()
    for row in rows.iterator(chunk_size=1000):
        state, by = str(row.state(now).label), str(row.created_by) if row.created_by else ""
        yield row.title, row.text, row.link, row.audience_label, row.starts_at, row.ends_at, row.by_mail, state, by


LISTING = LISTINGS.register(
    "announcements-written", Listing("announcements", HEADER, (P.ANNOUNCEMENTS_WRITE,), _found, _cells)
)
