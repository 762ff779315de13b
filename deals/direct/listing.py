"""The lists of direct sales as files."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from deals.direct.forms import OpportunityFilter, TouchFilter
from deals.direct.models import DirectOpportunity, DirectOpportunityQuerySet, DirectTouch
from deals.direct.policies import READERS
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

OPPORTUNITIES = (
    *("Opportunity", "Customer", "Seller", "Stage", "Products", "Value", "Currency", "Expected close", "Partner"),
    *("Part", "Closed on", "Uplift", "Entered at", "Own CRM id"),
)
TOUCHES = ("Touch", "Customer", "Seller", "Kind", "Day", "Note", "Taken back at", "Entered at", "Own CRM id")
NEWEST, LATEST = ("-created_at", "-pk"), ("-on", "-pk")
PORTION = 500


def opportunities_of(user: User) -> DirectOpportunityQuerySet:
    return DirectOpportunity.objects.visible_to(user).with_nouns()


def touches_of(user: User) -> QuerySet[DirectTouch]:
    return DirectTouch.objects.visible_to(user).select_related("account", "seller")


def valid(form: OpportunityFilter | TouchFilter) -> None:
    if not form.is_valid():
        raise Http404


def _opportunities(user: User, asked: QueryDict) -> QuerySet[DirectOpportunity]:
    form = OpportunityFilter(asked, reader=user)
    valid(form)
    return form.narrowed(opportunities_of(user)).order_by(*NEWEST)


def _opportunity_cells(rows: QuerySet[DirectOpportunity], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=PORTION):
        products = ", ".join(product.name for product in row.products.all())
        partner = row.partner.organisation.name if row.partner else ""
        yield (
            *(row.public_id, row.account.name, str(row.seller or ""), row.get_stage_display(), products, row.value),
            *(row.currency, row.expected_close, partner, row.get_part_display(), row.closed_on),
            *(row.uplift if row.uplift_rate is not None else None, row.created_at, row.external_id),
        )


def _touches(user: User, asked: QueryDict) -> QuerySet[DirectTouch]:
    form = TouchFilter(asked, reader=user)
    valid(form)
    return form.narrowed(touches_of(user)).order_by(*LATEST)


def _touch_cells(rows: QuerySet[DirectTouch], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=PORTION):
        yield (
            *(row.public_id, row.account.name, str(row.seller or ""), row.get_kind_display(), row.on, row.note),
            *(row.withdrawn_at, row.created_at, row.external_id),
        )


LISTING = LISTINGS.register("direct", Listing("direct", OPPORTUNITIES, READERS, _opportunities, _opportunity_cells))
TOUCHED = LISTINGS.register("touches", Listing("touches", TOUCHES, READERS, _touches, _touch_cells))
