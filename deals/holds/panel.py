"""Which prices a deal's approval holds, on its page."""

from datetime import datetime
from typing import Any

from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel


def prices(_user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    if not registration.terms.get("holds"):
        return None
    rows = registration.price_holds.select_related("product").order_by("product__name")
    return {"rows": [(row, row.until > now) for row in rows]}


PANELS.register("deals.prices", Panel("deal", 6, "deals/panels/prices.html", prices))
