"""Where the confirmed engagement shows: what was registered and confirmed, the help we gave, and the one appeal."""

from datetime import datetime
from typing import Any

from deals.engagement import policies
from deals.engagement.models import engagement_appeal_of
from deals.engagement.selectors import appealable_until, help_given
from deals.engagement.states import STANDING
from deals.registrations.models import Registration
from deals.registrations.states import Engagement
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel


def engagement(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    """Nothing where the part was confirmed as it was registered and nobody of ours helped."""
    found = engagement_appeal_of(registration)
    if found is None and registration.state not in STANDING:
        return None
    claimed = registration.claimed_engagement
    helped = help_given(user, registration)
    if found is None and not helped and claimed in ("", registration.engagement):
        return None
    until = appealable_until(registration) if policies.can_appeal(user, registration) else None
    return {
        "deal": registration,
        "appeal": found,
        "claimed": Engagement(claimed).label if claimed else "",
        "help": helped,
        "may_appeal": until is not None and until > now,
        "until": until,
        "may_decide": policies.waits_for(user, registration),
        "is_waiting": policies.is_waiting(registration),
        "now": now,
    }


PANELS.register("deals.engagement", Panel("deal", 4, "deals/panels/engagement.html", engagement))
