"""Offers in marketplaces, for tests."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from deals.marketplace.actions import add_offer
from deals.marketplace.models import MarketplaceOffer
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now

_numbers = count(1)


def offer_values(**changes: Any) -> dict[str, Any]:
    return {
        "marketplace": "aws",
        "marketplace_name": "",
        "offer_id": f"offer-{next(_numbers)}",
        "buyer": "Acme Freight",
        "amount": Decimal("86400.00"),
        "currency": "EUR",
        "expires_on": database_now().date() + timedelta(days=20),
        "state": "sent",
        **changes,
    }


def make_offer(deal: Registration, by: User, **changes: Any) -> MarketplaceOffer:
    now = changes.pop("now", None) or database_now()
    return add_offer(registration=deal, values=offer_values(**changes), by=by, now=now)
