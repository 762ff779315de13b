"""What an organisation has to read, on its first page until somebody has acknowledged it."""

from datetime import datetime
from typing import Any

from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.policy.papers import PAPERS
from prm.policy.policies import can_acknowledge
from prm.policy.selectors import to_acknowledge
from prm.portal.sockets import PANELS, Panel


def _context(user: User, _subject: object, now: datetime) -> dict[str, Any] | None:
    if not user.is_partner or user.organisation is None or not user.may(Permission.RULES_READ):
        return None
    waiting = to_acknowledge(user.organisation.pk, now)
    if not waiting:
        return None
    rows = [
        (version, PAPERS[version.schema].title, address(version.number), version.effective_from > now)
        for version in waiting
        if (address := PAPERS[version.schema].address)
    ]
    return {"waiting": rows, "may": can_acknowledge(user)}


PANELS.register("policy", Panel("partner.home.top", 10, "policy/_waiting.html", _context))
