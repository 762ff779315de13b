"""Where first refusal shows: on the pages of whoever had asked, and to the vendor on that of whoever was protected."""

from datetime import datetime
from typing import Any

from deals.registrations.models import Registration
from deals.registrations.policies import can_see_findings
from deals.releases import policies
from deals.releases.selectors import line_of, turn_of
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel


def first_refusal(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    """A partner reads of its own turn alone."""
    turn = turn_of(registration)
    line = line_of(registration) if can_see_findings(user) else []
    if turn is None and not line:
        return None
    return {
        "deal": registration,
        "turn": turn,
        "line": line,
        "now": now,
        "runs": turn is not None and turn.registration_id == registration.pk and turn.is_offered(now),
        "may_answer": policies.can_answer(user, registration, turn, now),
    }


PANELS.register("deals.release", Panel("deal", 4, "deals/panels/release.html", first_refusal))
