"""Leads and their offers as files."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from deals.leads import policies
from deals.leads.forms import LeadFilter, OfferFilter
from deals.leads.models import Lead, LeadOffer
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

ORDER = ("-created_at", "-pk")
OFFER_ORDER = ("-offered_at", "-pk")
HEADER = (
    *("Customer", "Country", "City", "State", "Partner", "Wanted model", "Wanted competency", "Segment", "Value"),
    *("Currency", "Source", "Entered at", "Entered by", "Registration", "Own CRM id"),
)
OFFER_HEADER = (
    *("Customer", "Country", "Partner", "Offered at", "Answer due", "Answer", "Answered at", "Reason", "In words"),
)


def leads_of(user: User) -> QuerySet[Lead]:
    return Lead.objects.visible_to(user).with_people()


def offers_of(user: User) -> QuerySet[LeadOffer]:
    return LeadOffer.objects.visible_to(user).with_nouns()


def _found(user: User, asked: QueryDict) -> QuerySet[Lead]:
    return LeadFilter(asked, reader=user).narrowed(leads_of(user)).order_by(*ORDER)


def _cells(rows: QuerySet[Lead], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=500):
        yield (
            *(row.customer_name, row.customer_country, row.customer_city, row.get_state_display()),
            *(row.partner.organisation.name if row.partner else "", row.get_model_display(), row.competency),
            *(row.get_segment_display(), row.value, row.currency, row.get_source_display(), row.created_at),
            str(row.created_by or ""),
            row.registration.reference if row.registration else "",
            row.external_id,
        )


def _offers_found(user: User, asked: QueryDict) -> QuerySet[LeadOffer]:
    return OfferFilter(asked, reader=user).narrowed(offers_of(user)).order_by(*OFFER_ORDER)


def _offer_cells(rows: QuerySet[LeadOffer], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=500):
        yield (
            *(row.lead.customer_name, row.lead.customer_country, row.partner.organisation.name, row.offered_at),
            *(row.due_at, row.get_state_display(), row.answered_at, row.get_reason_display(), row.text),
        )


LISTING = LISTINGS.register("leads", Listing("leads", HEADER, policies.READERS, _found, _cells))
OFFERS = LISTINGS.register(
    "lead-offers", Listing("offers of leads", OFFER_HEADER, policies.OFFER_READERS, _offers_found, _offer_cells)
)
