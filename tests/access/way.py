"""What the tables of routes say of each."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime.now(UTC)
SOON = (NOW + timedelta(days=90)).date().isoformat()
TODAY = NOW.date().isoformat()


@dataclass(frozen=True)
class Way:
    """`queries` are query strings with `{kind}` for an id; `posts` is the body of POST, PUT and PATCH."""

    arguments: tuple[str, ...] = ()
    posts: dict[str, Any] = field(default_factory=dict)
    queries: tuple[str, ...] = ()
