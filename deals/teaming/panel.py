"""Where a team shows: on the page of each registration that is asked about one, or shares in one."""

from datetime import datetime
from typing import Any

from deals.registrations.models import Registration
from deals.teaming import policies
from deals.teaming.reading import team_of
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel


def team(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    found = team_of(registration, user)
    if found is None:
        return None
    waits = found.is_open and found.accepted is None and found.due_at > now
    return {
        "deal": registration,
        "team": found,
        "now": now,
        "may_answer": waits and policies.can_answer(user, registration),
        "may_take_back": policies.can_take_back(user, registration),
    }


PANELS.register("deals.team", Panel("deal", 2, "deals/panels/team.html", team))
