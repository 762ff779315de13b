"""Where proposals to lower the terms show: on the page of their deal, the terms before and after side by side."""

from datetime import datetime
from typing import Any

from deals.amendments import policies
from deals.amendments.models import Amendment
from deals.amendments.reading import sides
from deals.engagement.policies import is_waiting
from deals.engagement.states import STANDING
from deals.registrations.models import Registration
from deals.registrations.states import State
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel

SHOWN = frozenset({*STANDING, State.LOST, State.EXPIRED, State.REVERSED})


def amendments(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    if registration.state not in SHOWN:
        return None
    found = Amendment.objects.filter(registration=registration).select_related("proposed_by", "answered_by")
    rows = list(found.order_by("-proposed_at", "-pk"))
    waiting = next((row for row in rows if row.is_open), None)
    is_free = policies.is_changeable(registration) and waiting is None and not is_waiting(registration)
    may_propose = is_free and policies.can_propose(user, registration)
    if not rows and not may_propose:
        return None
    return {
        "deal": registration,
        "rows": [{"amendment": row, **sides(row)} for row in rows],
        "may_propose": may_propose,
        "may_answer": waiting is not None and waiting.due_at > now and policies.can_answer(user, registration),
        "may_withdraw": waiting is not None and policies.can_propose(user, registration),
    }


PANELS.register("deals.amendments", Panel("deal", 5, "deals/panels/amendments.html", amendments))
