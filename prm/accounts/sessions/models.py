"""The table of sessions: whose it is, since when, last seen, and with which browser. No address is kept."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from prm.accounts.models import User

LONGEST_AGENT = 300


def idle_time() -> timedelta:
    return timedelta(hours=settings.PRM_SESSION_IDLE_HOURS)


def whole_time() -> timedelta:
    return timedelta(hours=settings.PRM_SESSION_HOURS)


def end_of(started_at: datetime, seen_at: datetime) -> datetime:
    """See also: LoginSessionQuerySet.alive."""
    return min(started_at + whole_time(), seen_at + idle_time())


class LoginSessionQuerySet(models.QuerySet["LoginSession"]):
    def alive(self) -> Self:
        """Neither idle for too long nor too old, by the database's clock. See also: end_of."""
        return self.filter(seen_at__gt=Now() - idle_time(), started_at__gt=Now() - whole_time())

    def of(self, user: "User") -> Self:
        return self.filter(user_id=user.pk)


class LoginSession(AbstractBaseSession):
    """One browser. `user` is empty while somebody is on the way in."""

    user = models.ForeignKey("User", null=True, on_delete=models.CASCADE, related_name="login_sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    agent = models.CharField(max_length=LONGEST_AGENT, blank=True)

    objects: ClassVar[LoginSessionQuerySet] = LoginSessionQuerySet.as_manager()  # type: ignore[assignment]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from prm.accounts.sessions.store import SessionStore  # noqa: PLC0415 - the store reads this table

        return SessionStore
