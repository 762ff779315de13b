"""Offers in marketplaces as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from deals.marketplace.forms import OfferFilter
from deals.marketplace.models import MarketplaceOffer, MarketplaceOfferQuerySet
from deals.marketplace.policies import EXPORTERS
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

ORDER = ("-created_at", "-pk")
HEADER = (
    *("Registration", "Customer", "Partner", "Marketplace", "Offer id", "Buyer", "Amount", "Currency", "Last day"),
    *("State", "Co-sell", "Entered at", "Ended at"),
)
PORTION = 500


def offers_of(user: User) -> MarketplaceOfferQuerySet:
    return MarketplaceOffer.objects.visible_to(user).with_nouns()


def _found(user: User, asked: QueryDict) -> QuerySet[MarketplaceOffer]:
    return OfferFilter(asked, reader=user).narrowed(offers_of(user)).order_by(*ORDER)


def _cells(rows: QuerySet[MarketplaceOffer], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=PORTION):
        yield (
            *(row.registration.reference, row.registration.customer_name, row.partner.organisation.name),
            *(row.marketplace_title, row.offer_id, row.buyer, row.amount, row.currency, row.expires_on),
            *(row.get_state_display(), row.get_co_sell_display(), row.created_at, row.ended_at),
        )


LISTING = LISTINGS.register("marketplace", Listing("marketplace offers", HEADER, EXPORTERS, _found, _cells))
