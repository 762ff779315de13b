"""Customers that look alike, as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from partners.merges.forms import PairFilterForm
from partners.merges.models import AlikePair
from partners.merges.selectors import pairs
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = ("Kind", "Score", "Customer", "Id", "Country", "Other customer", "Other id", "Other country", "Why")
ORDER = ("-score", "-pk")


def narrowed(user: User, form: PairFilterForm) -> QuerySet[AlikePair]:
    return pairs(user, form.wanted())


def _found(user: User, asked: QueryDict) -> QuerySet[AlikePair]:
    return narrowed(user, PairFilterForm(asked, reader=user)).order_by(*ORDER)


def _cells(rows: QuerySet[AlikePair], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        one, other = row.one, row.other
        why = " · ".join(line["text"] for line in row.evidence)
        yield (
            *(row.get_kind_display(), row.score, one.name, one.public_id, one.country),
            *(other.name, other.public_id, other.country, why),
        )


LISTING = LISTINGS.register("alike", Listing("alike", HEADER, (P.ACCOUNTS_MERGE,), _found, _cells))
