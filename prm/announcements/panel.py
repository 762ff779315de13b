"""What is new, on top of everybody's first page."""

from datetime import datetime
from typing import Any

from prm.accounts.models import User
from prm.announcements.models import Announcement
from prm.portal.sockets import PANELS, Panel

# More would push away what the page is for.
MOST = 3


def _context(user: User, _subject: object, now: datetime) -> dict[str, Any] | None:
    rows = Announcement.objects.told_to(user, now).current(now).not_dismissed_by(user).order_by("-starts_at", "-pk")
    found = list(rows[: MOST + 1])
    return {"announcements": found[:MOST], "more": len(found) > MOST} if found else None


PANELS.register("announcements", Panel("home.top", 10, "announcements/_banner.html", _context))
