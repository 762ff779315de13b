"""What is recorded of offers in marketplaces, on the registration that they belong to."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from deals.marketplace.models import MarketplaceOffer
from deals.registrations.events import record_deal
from prm.accounts.models import User
from prm.audit.kinds import EventKind, declare

declare(
    EventKind("marketplace.added", _("Marketplace offer entered"), partner=("marketplace",)),
    EventKind("marketplace.changed", _("Marketplace offer changed: {fields}"), partner=("fields",)),
    EventKind("marketplace.sent", _("Marketplace offer sent to the buyer"), partner=()),
    EventKind("marketplace.accepted", _("Marketplace offer accepted by the buyer"), partner=()),
    EventKind("marketplace.withdrawn", _("Marketplace offer withdrawn"), partner=()),
    EventKind("marketplace.expired", _("Marketplace offer expired"), partner=()),
    EventKind("marketplace.co_sell", _("Co-sell of a marketplace offer: {co_sell}"), partner=("co_sell",)),
    EventKind("marketplace.reminded", _("Reminded: the marketplace offer ends in {days} days"), partner=("days",)),
)


def record_offer(kind: str, offer: MarketplaceOffer, *, by: User | None, now: datetime, **data: Any) -> None:
    about = {"offer": offer.public_id, **data}
    record_deal(f"marketplace.{kind}", offer.registration, by=by, now=now, data=about)
