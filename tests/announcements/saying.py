"""Announcements as tests make them."""

from datetime import datetime
from typing import Any

from prm.accounts.models import User
from prm.announcements.actions import write
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from tests.factories import Cast


def announce(cast: Cast, *audience: str, now: datetime | None = None, **values: Any) -> Announcement:
    given = {"title": "News", "text": "All of it.", "audience": list(audience or ["everyone"]), **values}
    return write(values=given, by=cast.admin, now=now or database_now())


def told(user: User, now: datetime | None = None) -> list[str]:
    rows = Announcement.objects.told_to(user, now or database_now()).order_by("pk")
    return list(rows.values_list("title", flat=True))


def everybody(cast: Cast) -> dict[str, User]:
    sides = {"helix": cast.helix, "orbit": cast.orbit}
    partners = {f"{slug} {who}": getattr(team, who) for slug, team in sides.items() for who in ROLES}
    return {**{user.email.partition("@")[0]: user for user in cast.vendor_staff}, **partners}


ROLES = ("admin", "rep", "engineer", "marketing")
