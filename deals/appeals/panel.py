"""Where an appeal shows: on the page of its registration, and of the one that it led to."""

from datetime import datetime
from typing import Any

from deals.appeals import policies
from deals.appeals.models import appeal_of, refused_lines
from deals.appeals.selectors import appealable_until
from deals.registrations.models import Registration, address_of
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel


def appeal(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    """What was asked and answered; to a partner that may still appeal, that it may and until when."""
    found, followed = appeal_of(registration), registration.appeal_of_id
    until = appealable_until(registration) if policies.can_appeal(user, registration) else None
    may_appeal = until is not None and until > now
    if not (found or followed or may_appeal):
        return None
    return {
        "deal": registration,
        "appeal": found,
        "linked": address_of(found.linked_id) if found and found.linked_id else "",
        "followed": address_of(followed) if followed else "",
        "may_appeal": may_appeal,
        "until": until,
        "may_decide": policies.waits_for(user, registration),
        "is_waiting": policies.is_waiting(registration),
        "refused": refused_lines(registration),
        "now": now,
    }


PANELS.register("deals.appeal", Panel("deal", 4, "deals/panels/appeal.html", appeal))
