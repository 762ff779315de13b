"""Where an extension shows: on the page of its registration. The work of who decides it is in deals.sockets."""

from datetime import datetime
from typing import Any

from deals.extensions import policies
from deals.extensions.models import extension_of
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.policy.selectors import current
from prm.portal.sockets import PANELS, Panel


def extension(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    """What was asked and decided; to a partner that has not asked yet, that it may."""
    found = extension_of(registration)
    may_ask = policies.can_ask(user, registration, now)
    if found is None and not may_ask:
        return None
    return {
        "deal": registration,
        "extension": found,
        "may_ask": may_ask,
        "may_decide": found is not None and policies.can_decide(user, found.registration),
        "days": current(SCHEMA, DealRules, now=now).values.extension_days if may_ask else None,
        "now": now,
    }


PANELS.register("deals.extension", Panel("deal", 5, "deals/panels/extension.html", extension))
