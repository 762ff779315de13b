"""Which prices are held for a customer, and which an approval would hold."""

from collections.abc import Sequence
from datetime import datetime

from deals.holds import rules
from deals.holds.models import PriceHold
from deals.holds.rules import Held
from deals.products.models import ProductLine
from deals.registrations.models import Registration
from deals.rulebook import DealRules


def running_for(registration: Registration, now: datetime) -> dict[int, Held]:
    """By product, the first that was given: of the partner and the customer, from whichever of its deals."""
    rows = PriceHold.objects.running(now).filter(
        registration__partner=registration.partner_id, registration__account=registration.account_id
    )
    return {row.product_id: row.held for row in rows.order_by("-since", "-pk")}


def to_hold(
    registration: Registration, products: frozenset[int], deal_rules: DealRules, now: datetime
) -> list[tuple[ProductLine, Held]]:
    """The account is known. What of these products is held with the approval, by name."""
    months, opportunity = deal_rules.price_hold.months_for(registration.partner.model), registration.opportunity
    if not months and opportunity not in rules.CONTINUING:
        return []
    running = running_for(registration, now)
    found = []
    for product in ProductLine.objects.filter(pk__in=products).order_by("name"):
        kept = rules.held(
            listed=(product.list_price, product.currency),
            running=running.get(product.pk),
            product=product.slug,
            opportunity=opportunity,
            model=registration.partner.model,
            rules=deal_rules.price_hold,
            approved_at=now,
            time_zone=registration.partner.organisation.time_zone,
        )
        if kept is not None:
            found.append((product, kept))
    return found


def written(holds: Sequence[tuple[ProductLine, Held]]) -> list[dict[str, object]]:
    """As the terms keep it."""
    return [
        {
            "product": product.slug,
            "price": {"amount": str(kept.price), "currency": kept.currency},
            "until": kept.until.isoformat(),
        }
        for product, kept in holds
    ]
