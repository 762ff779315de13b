"""The lists so far, and the rows of one of them, as files."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from partners.lists.models import CompanyList, ListRow
from partners.lists.selectors import Hit, hits, percent, with_progress
from partners.lists.states import Band
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    *("List", "File", "At", "By", "State", "Percent", "Rows"),
    *("Known", "To look at", "Hints", "Unknown", "Not read", "Kept until"),
)
ROWS = (
    *("Row", "Name", "Country", "Result", "Score"),
    *("Customer", "Customer's address", "Score of the customer", "Why"),
    *("Registration", "Registration's address", "Score of the registration", "Why the registration"),
    "What is wrong",
)
PORTION = 500


def _lists(user: User, _asked: QueryDict) -> QuerySet[CompanyList]:
    rows = with_progress(CompanyList.objects.visible_to(user)).select_related("created_by")
    return rows.order_by("-created_at", "-pk")


def _cells_of_lists(rows: QuerySet[CompanyList], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        by = str(row.created_by) if row.created_by else ""
        yield (
            *(row.public_id, row.file_name, row.created_at, by, row.get_state_display(), percent(row), row.rows),
            *(getattr(row, f"rows_{band}") for band in Band.values),
            row.kept_until,
        )


def _rows(user: User, asked: QueryDict) -> QuerySet[ListRow]:
    """Of the list that is named, else of all of them."""
    lists, band = CompanyList.objects.visible_to(user), asked.get("band", "")
    if "list" in asked:
        lists = lists.filter(public_id=asked["list"])
    if band not in ("", *Band.values) or ("list" in asked and not lists.exists()):
        raise Http404
    rows = ListRow.objects.filter(of__in=lists).order_by("of", "number")
    return rows.filter(band=band) if band else rows


def _cells_of_rows(rows: QuerySet[ListRow], reader: User) -> Iterator[tuple[Cell, ...]]:
    every = rows.iterator(chunk_size=PORTION)
    while some := list(islice(every, PORTION)):
        for row, found in hits(some, reader):
            by_kind = {hit.kind: hit for hit in found}
            yield (
                *(row.number, row.name, row.country, row.get_band_display(), row.score),
                *(cell for kind in ("account", "deal") for cell in _hit(by_kind.get(kind))),
                row.sentence,
            )


def _hit(hit: Hit | None) -> tuple[Cell, ...]:
    if hit is None:
        return "", "", None, ""
    return hit.link.label, hit.link.url, hit.score, " · ".join(hit.texts)


LISTING = LISTINGS.register("lists", Listing("lists", HEADER, (P.LISTS_ASSESS,), _lists, _cells_of_lists))
RESULTS = LISTINGS.register("list-rows", Listing("list-rows", ROWS, (P.LISTS_ASSESS,), _rows, _cells_of_rows))
