"""Sessions in a table of our own, so that a person can see and end them; Django's store in everything else."""

from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from prm.accounts.sessions.models import LONGEST_AGENT, LoginSession, end_of, idle_time, whole_time
from prm.questions import Question


@cache
def _alive(_idle: timedelta, _whole: timedelta) -> Question[LoginSession]:
    """Every request asks; both times stand in the words."""
    return Question(lambda key: LoginSession.objects.alive().filter(session_key=key).order_by(), str)


class SessionStore(DatabaseStore):
    """`agent` is what the browser calls itself; the middleware sets it before anything is stored."""

    agent = ""
    row: LoginSession | None = None

    @classmethod
    def get_model_class(cls) -> type[LoginSession]:
        return LoginSession

    def _get_session_from_db(self) -> LoginSession | None:
        self.row = _alive(idle_time(), whole_time()).one(self.session_key)
        if self.row is None:
            self._session_key = None
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> LoginSession:
        key: str = self._get_or_create_session_key()  # type: ignore[attr-defined]
        now = timezone.now()
        known = self.row if self.row and self.row.session_key == key else None
        started_at = known.started_at if known else now
        self.row = LoginSession(
            session_key=key,
            session_data=self.encode(data),
            expire_date=end_of(started_at, now),
            user_id=data.get(SESSION_KEY),
            started_at=started_at,
            seen_at=now,
            agent=self.agent[:LONGEST_AGENT] or (known.agent if known else ""),
        )
        return self.row
