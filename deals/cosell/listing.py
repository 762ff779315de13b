"""Selling together as a list and as a file."""

from collections.abc import Iterator

from django.db.models import Min, Q, QuerySet
from django.http import QueryDict

from deals.cosell.forms import CoSellFilter
from deals.cosell.models import READERS, CoSell, CoSellQuerySet
from deals.cosell.states import Party, Role
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

NEWEST = ("-asked_at", "-pk")
HEADER = (
    *("Reference", "Customer", "Partner", "State", "Asked by side", "Wanted", "Message", "Asked at", "Asked by"),
    *("Answer due", "Answered at", "Reason", "Partner's person", "Partner's roles", "Vendor's person"),
    *("Vendor's roles", "Next step due", "Ended at", "Result", "In words"),
)


def co_sells_of(user: User) -> CoSellQuerySet:
    next_due = Min("steps__due_at", filter=Q(steps__done_at=None))
    return CoSell.objects.visible_to(user).with_nouns().annotate(next_due=next_due)


def _found(user: User, asked: QueryDict) -> QuerySet[CoSell]:
    return CoSellFilter(asked, reader=user).narrowed(co_sells_of(user)).order_by(*NEWEST)


def _cells(rows: QuerySet[CoSell], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=500):
        deal = row.registration
        yield (
            *(deal.reference, deal.customer_name, deal.partner.organisation.name, row.get_state_display()),
            *(row.get_asked_side_display(), row.get_help_display(), row.message, row.asked_at),
            *(str(row.asked_by or ""), row.due_at, row.answered_at, row.get_reason_display()),
            *(str(row.partner_person or ""), in_words(row.partner_roles)),
            *(str(row.vendor_person or ""), in_words(row.vendor_roles)),
            *(getattr(row, "next_due", None) if row.is_active else None, row.ended_at),
            *(row.get_result_display(), row.text),
        )


def in_words(roles: list[str]) -> str:
    return ", ".join(str(Role(role).label) for role in roles)


def sides_of(row: CoSell) -> list[tuple[str, str, User | None]]:
    """For the page: each side, what it does and who."""
    return [(str(side.label), in_words(row.roles_of(side)), row.person_of(side)) for side in Party]


LISTING = LISTINGS.register("co-sells", Listing("co-sell", HEADER, READERS, _found, _cells))
