"""Where a person is logged in."""

from dataclasses import dataclass
from datetime import datetime

from prm.accounts.models import User
from prm.accounts.sessions.agents import described
from prm.accounts.sessions.models import LoginSession

SHOWN = 20


@dataclass(frozen=True)
class Place:
    browser: str
    started_at: datetime
    seen_at: datetime
    is_here: bool


def places_of(user: User, key: str | None) -> list[Place]:
    """The one with that key first, then the newest; at most SHOWN."""
    rows = list(LoginSession.objects.of(user).alive().defer("session_data").order_by("-seen_at")[:SHOWN])
    rows.sort(key=lambda row: row.session_key != key)
    return [Place(described(row.agent), row.started_at, row.seen_at, row.session_key == key) for row in rows]
