"""Offers of the demo in cloud marketplaces: in every state, one that ends tomorrow, each for a deal that is there."""

from datetime import datetime, timedelta

from django.db.models import Min
from django.db.models.functions import Coalesce

from deals.marketplace.actions import add_offer, change_offer, move_offer
from deals.marketplace.models import MarketplaceOffer
from deals.marketplace.sweeping import offers_due
from deals.registrations.models import Registration
from deals.registrations.states import State
from partners.demo.cast import address

# Marketplace, its name where it is another, last day from today, what became of it, co-sell, days since it was entered.
OFFERS = (
    ("aws", "", 1, "sent", "approved", 12),
    ("microsoft", "", 18, "sent", "asked", 4),
    ("google", "", 30, "draft", "none", 2),
    ("aws", "", -3, "expired", "rejected", 25),
    ("other", "Logistik-Marktplatz Nord", 9, "withdrawn", "none", 8),
    ("microsoft", "", 11, "accepted", "approved", 6),
)
# Nobody offers before the approval.
LONGEST = timedelta(days=26)


def marketplace(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if MarketplaceOffer.objects.exists():
        return
    for slug in ("helix", "orbit"):
        known = {"state__in": [State.APPROVED, State.WON], "created_by__email": address("rep", slug)}
        deals = Registration.objects.filter(**known, decided_at__lt=now - LONGEST).select_related("created_by")
        for number, deal in enumerate(deals.order_by("state", "-decided_at", "pk")[: len(OFFERS)]):
            _offer(deal, number, slug, now)
    _let_pass(now)


def _let_pass(until: datetime) -> None:
    """What the scheduler would have done by then."""
    while moment := MarketplaceOffer.objects.sent().aggregate(at=Min(Coalesce("next_reminder_at", "expires_at")))["at"]:
        if moment > until:
            return
        offers_due(now=moment)


def _offer(deal: Registration, number: int, slug: str, now: datetime) -> None:
    marketplace_, name, last, state, co_sell, ago = OFFERS[number]
    entered, by = now - timedelta(days=ago), deal.created_by
    if by is None:
        raise AssertionError("somebody of the demo registered it")
    values = {
        "marketplace": marketplace_,
        "marketplace_name": name,
        "offer_id": f"offer-{slug}-{4100 + 37 * number}",
        "buyer": deal.customer_name,
        "amount": deal.value,
        "currency": deal.currency,
        "expires_on": (now + timedelta(days=last)).date(),
        "state": "draft" if state == "draft" else "sent",
    }
    offer = add_offer(registration=deal, values=values, by=by, now=entered)
    if co_sell != "none":
        asked = {"co_sell": co_sell}
        offer = change_offer(offer=offer, values=asked, by=by, now=entered + timedelta(hours=5))
    if state in ("accepted", "withdrawn"):
        move_offer(offer=offer, state=state, by=by, now=now - timedelta(days=1))
