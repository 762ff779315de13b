"""Ways to the page of somebody's business days: from one's own profile, and from the page of a person."""

from datetime import datetime
from typing import Any

from prm.accounts.models import Membership, User
from prm.calendars import policies
from prm.portal.sockets import PANELS, Panel


def _own(user: User, _subject: object, _now: datetime) -> dict[str, Any] | None:
    company = user.organisation
    found = {
        "own": user if policies.can_change(user, user) else None,
        "company": company if company is not None and policies.can_change(user, company) else None,
    }
    return found if any(found.values()) else None


def _of_person(user: User, membership: Membership, _now: datetime) -> dict[str, Any] | None:
    person = membership.user
    return {"person": person} if policies.can_change(user, person) else None


PANELS.register("calendars.own", Panel("profile", 5, "calendars/_ways.html", _own))
PANELS.register("calendars.person", Panel("person", 10, "calendars/_ways.html", _of_person))
