"""Where cases show besides their own pages: on the page of the registration whose protection was met."""

from datetime import datetime
from typing import Any

from deals.cases.states import VERDICTS
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.sockets import PANELS, Panel

MOST = 20


def direct_cases(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    """The partner reads the outcomes that concern it, with the day and never the seller's name."""
    within = user.is_vendor and user.may(P.DIRECT_READ_ALL)
    if not (within or user.is_partner):
        return None
    rows = registration.direct_cases.select_related("seller", "touch__account", "opportunity__account")
    rows = rows if within else rows.filter(state__in=VERDICTS)
    found = list(rows.order_by("-opened_at", "-pk")[:MOST])
    return {"cases": found, "within": within, "now": now} if found else None


PANELS.register("deals.cases", Panel("deal", 6, "deals/panels/cases.html", direct_cases))
