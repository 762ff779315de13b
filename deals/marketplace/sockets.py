"""What offers in marketplaces hang into the foundations' sockets."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.marketplace import policies
from deals.marketplace.listing import ORDER
from deals.marketplace.models import MarketplaceOffer
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.notices.kinds import declare
from prm.portal.sockets import NAVIGATION, PANELS, WORK, NavItem, Panel, WorkItem

# When the last day of an offer becomes something to do.
ENDS_SOON = timedelta(days=14)
SHOWN = 20

declare("deadlines", "marketplace.reminded", "marketplace.expired")
declare("decisions", "marketplace.accepted", "marketplace.co_sell")
NAVIGATION.register(
    "marketplace",
    NavItem(gettext_lazy("Marketplace"), "marketplace", order=31, permissions=frozenset(policies.READERS)),
)


def ending(user: User, now: datetime, limit: int) -> list[WorkItem]:
    """For a partner: sent offers that end within two weeks, and those that have ended since nobody looked."""
    if not (user.is_partner and user.may(P.DEALS_REGISTER)):
        return []
    rows = MarketplaceOffer.objects.visible_to(user).sent().filter(expires_at__lte=now + ENDS_SOON)
    if not user.may(P.DEALS_MANAGE_ORGANISATION):
        rows = rows.filter(registration__created_by=user)
    return [
        WorkItem(
            title=row.buyer,
            url=row.get_absolute_url(),
            what=_("Have the offer accepted, or give it more time (%(offer)s)") % {"offer": str(row)},
            due_at=row.expires_at,
        )
        for row in rows.order_by("expires_at", "pk")[:limit]
    ]


WORK.register("deals.marketplace", ending)


def offers(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    """On the page of a registration; away while there is none and nobody may enter one."""
    found = MarketplaceOffer.objects.visible_to(user).filter(registration=registration)
    rows = list(found.order_by(*ORDER)[:SHOWN])
    may_offer = policies.can_offer(user, registration)
    return {"deal": registration, "offers": rows, "may_offer": may_offer, "now": now} if rows or may_offer else None


PANELS.register("deals.marketplace", Panel("deal", 8, "deals/panels/marketplace.html", offers))
