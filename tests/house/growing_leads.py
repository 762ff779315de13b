"""Leads of a programme that grows, with offers, reports and products."""

from datetime import UTC, datetime

from deals.leads.answers import accept
from deals.leads.models import Lead, LeadOffer, LeadReport
from deals.leads.states import LeadState, OfferState
from deals.products.models import ProductLine
from prm.clocks.database import database_now
from tests.factories import Cast, offer_to
from tests.house.copies import another

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def offered_first(cast: Cast) -> LeadOffer:
    """The one whose page is read: taken by Helix."""
    return accept(offer=offer_to(cast.helix, cast.pam), by=cast.helix.rep, now=database_now())


def grow_leads(offer: LeadOffer, numbers: list[int]) -> None:
    """As many others in each state that waits for somebody; the one that is read was asked of as many before."""
    about = {"partner": None, "external_id": ""}
    for number in numbers:
        LeadOffer.objects.bulk_create([another(offer, "lof", round=number % 30_000 + 2, state=OfferState.LAPSED)])
    for state, answer in ((LeadState.OFFERED, OfferState.OPEN), (LeadState.RETURNED, OfferState.LAPSED)):
        given = {"answered_at": None, "answered_by": None} if answer == OfferState.OPEN else {}
        leads = Lead.objects.bulk_create(another(offer.lead, "led", **about, state=state) for _ in numbers)
        LeadOffer.objects.bulk_create(another(offer, "lof", lead=lead, state=answer, **given) for lead in leads)
    taken = Lead.objects.bulk_create(another(offer.lead, "led", external_id="") for _ in numbers)
    LeadOffer.objects.bulk_create(another(offer, "lof", lead=lead) for lead in taken)
    LeadReport.objects.bulk_create(
        LeadReport(lead=offer.lead, stage="meeting", text="Met", reported_at=START, reported_by=offer.answered_by)
        for _ in numbers
    )
    offer.lead.products.set(ProductLine.objects.order_by("-pk")[: len(numbers)])
