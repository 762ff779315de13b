"""Notices of kinds that people choose for."""

from datetime import datetime
from typing import Any

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.notices.actions import prepare, promise_all
from prm.notices.choices.actions import choose
from prm.notices.models import Notice

# One kind of each group that both sides know.
DECISION, MESSAGE, REMINDER = "deal.approved", "thread.posted", "deal.reminded"


def prefer(user: User, now: datetime | None = None, **values: str) -> None:
    choose(values=values, by=user, now=now or database_now())


def tell(*users: User, kind: str = DECISION, title: str = "News", now: datetime | None = None, **said: Any) -> None:
    """One notice to each, all promised together."""
    number = Notice.objects.count()
    promise_all(
        [
            prepare(
                key=f"told-{number}-{user.pk}",
                kind=kind,
                to=user,
                organisation=user.organisation,
                title=title,
                now=now or database_now(),
                **said,
            )
            for user in users
        ]
    )


def ways(user: User) -> list[str]:
    """How each notice of the person is to come, oldest first."""
    return list(Notice.objects.visible_to(user).order_by("pk").values_list("delivery", flat=True))
