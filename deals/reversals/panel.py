"""Where a reversal shows: on the page of its registration."""

from datetime import datetime
from typing import Any

from deals.registrations.models import Registration, address_of
from deals.reversals import policies
from deals.reversals.models import reversal_of
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel


def reversal(user: User, registration: Registration, _now: datetime) -> dict[str, Any] | None:
    found, may_reverse = reversal_of(registration), policies.is_offered(user, registration)
    if found is None and not may_reverse:
        return None
    linked = address_of(found.linked_id) if found and found.linked_id else ""
    return {"deal": registration, "reversal": found, "linked": linked, "may_reverse": may_reverse}


PANELS.register("deals.reversal", Panel("deal", 6, "deals/panels/reversal.html", reversal))
