"""Where the wings hang what the portal shows: navigation, work, panels, subjects, search.

Entries are filled in `AppConfig.ready()`; the shell draws the frame and never knows who hangs in it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from prm.accounts.models import User
from prm.accounts.roles import Permission, Side
from prm.registry import Registry

Text = str | Promise


@dataclass(frozen=True)
class NavItem:
    """A line of the side navigation, for its sides and whoever has one of the permissions (empty: everybody)."""

    label: Text
    url_name: str
    order: int
    section: Text = ""
    sides: frozenset[Side] = frozenset(Side)
    permissions: frozenset[Permission] = frozenset()
    badge: Callable[[User], int] | None = None

    def is_for(self, user: User) -> bool:
        if user.organisation is None or user.organisation.kind not in self.sides:
            return False
        return not self.permissions or user.may(*self.permissions)


@dataclass(frozen=True)
class WorkItem:
    """Something that waits for this person. `due_at` None sorts last; `tone` is "", "warn" or "bad"."""

    title: str
    url: str
    what: str
    due_at: datetime | None = None
    who: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Panel:
    """A card on the page of a subject or on a home page; `context` returns None to stay away."""

    place: str
    order: int
    template: str
    context: Callable[[User, Any, datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class SubjectLink:
    label: str
    url: str


@dataclass(frozen=True)
class SearchHit:
    label: str
    url: str
    kind: str
    detail: str = ""


NAVIGATION: Registry[NavItem] = Registry("navigation item")
# Each source returns what waits for the person, at most `limit`, most urgent first.
WORK: Registry[Callable[[User, datetime, int], list[WorkItem]]] = Registry("work source")
PANELS: Registry[Panel] = Registry("panel")
# From public ids of one type to links, for those the person may see; one query for all.
SUBJECTS: Registry[Callable[[User, list[str]], dict[str, SubjectLink]]] = Registry("subject type")
SEARCH: Registry[Callable[[User, str, int], list[SearchHit]]] = Registry("search source")


@dataclass(frozen=True)
class DemoStep:
    """A part of the demo programme; runs in order, must be idempotent."""

    order: int
    run: Callable[[datetime], None] = field(repr=False)


DEMO: Registry[DemoStep] = Registry("demo step")


def work_for(user: User, now: datetime, limit: int = 50) -> list[WorkItem]:
    """One queue of everything that waits for this person, most urgent first."""
    items = [item for source in WORK for item in source(user, now, limit)]
    items.sort(key=lambda item: (item.due_at is None, item.due_at or now, item.title))
    return items[:limit]
