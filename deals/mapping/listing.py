"""Overlaps, lists and what each side is ready to show, as files."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from deals.mapping.forms import OverlapFilter
from deals.mapping.models import READERS, MappedList, MappedRow, MappedRowQuerySet
from deals.mapping.policies import SHARERS
from deals.mapping.selectors import overlaps, own_accounts
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.listings import LISTINGS, Cell, Listing

ORDER = ("name", "pk")
NEWEST = ("-created_at", "-pk")
PORTION = 500
HEADER = (
    *("Partner", "Partner's customer", "Country", "Relation", "Looked after by the partner's", "Vendor's customer"),
    *("Owner", "Customer since", "Registration"),
)
LISTS = ("List", "At", "By", "State", "Rows", "Not read")
ROWS = ("Row", "Name", "Country", "City", "Relation", "Looked after by", "Shown")
ACCOUNTS = ("Customer", "Country", "City", "Owner", "Shown to the partner")


def overlaps_of(user: User) -> MappedRowQuerySet:
    people = ("of__partner__organisation", "of__created_by", "account__owner")
    return MappedRow.objects.overlaps_for(user).select_related(*people)


def lists_of(user: User) -> QuerySet[MappedList]:
    return MappedList.objects.visible_to(user).select_related("created_by", "partner__organisation")


def partner_of(user: User, asked: QueryDict) -> Partner | None:
    """The partner whom customers are shown to, by its organisation's id; Http404 for one that is none."""
    if not asked.get("partner"):
        return None
    rows = Partner.objects.visible_to(user).active().select_related("organisation")
    found = rows.filter(organisation__public_id=asked["partner"]).first()
    if found is None:
        raise Http404
    return found


def accounts_of(user: User, asked: QueryDict) -> QuerySet[Account]:
    partner = partner_of(user, asked)
    return own_accounts(user, partner).select_related("owner") if partner else Account.objects.none()


def _found(user: User, asked: QueryDict) -> QuerySet[MappedRow]:
    return OverlapFilter(asked, reader=user).narrowed(overlaps_of(user)).order_by(*ORDER)


def _cells(rows: QuerySet[MappedRow], reader: User) -> Iterator[tuple[Cell, ...]]:
    every = rows.iterator(chunk_size=PORTION)
    while some := list(islice(every, PORTION)):
        for overlap in overlaps(some, reader):
            row, account = overlap.row, overlap.row.account
            if account is None:
                raise AssertionError("an overlap has a customer of ours")
            yield (
                *(row.of.partner.organisation.name, row.name, row.country, row.get_relation_display(), row.contact),
                *(account.name, str(account.owner or ""), account.customer_since),
                overlap.deal.reference if overlap.deal else "",
            )


def _lists(user: User, _asked: QueryDict) -> QuerySet[MappedList]:
    return lists_of(user).order_by(*NEWEST)


def _cells_of_lists(rows: QuerySet[MappedList], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        by = str(row.created_by or "")
        yield row.name, row.created_at, by, row.get_state_display(), row.rows, row.refused


def _rows(user: User, asked: QueryDict) -> QuerySet[MappedRow]:
    """Of the list that is named, else of all the own ones."""
    lists = MappedList.objects.visible_to(user)
    if "list" in asked:
        lists = lists.filter(public_id=asked["list"])
        if not lists.exists():
            raise Http404
    return MappedRow.objects.filter(of__in=lists).order_by("of", "number")


def _cells_of_rows(rows: QuerySet[MappedRow], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        about = row.get_relation_display(), row.contact
        yield row.number, row.name, row.country, row.city, *about, row.is_shared


def _accounts(user: User, asked: QueryDict) -> QuerySet[Account]:
    return accounts_of(user, asked).order_by("name", "pk")


def _cells_of_accounts(rows: QuerySet[Account], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        yield row.name, row.country, row.city, str(row.owner or ""), getattr(row, "is_shown", False)


OWN = (P.DEALS_READ_ORGANISATION,)
LISTING = LISTINGS.register("mapping", Listing("overlaps", HEADER, READERS, _found, _cells))
LISTED = LISTINGS.register("mapping-lists", Listing("mapped-lists", LISTS, OWN, _lists, _cells_of_lists))
LISTED_ROWS = LISTINGS.register("mapping-rows", Listing("mapped-rows", ROWS, OWN, _rows, _cells_of_rows))
SHOWN = LISTINGS.register(
    "mapping-accounts", Listing("customers-to-show", ACCOUNTS, SHARERS, _accounts, _cells_of_accounts)
)
