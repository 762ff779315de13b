"""Remembers with which browser somebody is here and when they were last seen."""

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from prm.accounts.sessions.models import LoginSession, end_of
from prm.accounts.sessions.store import SessionStore

# Knowing the minute is enough to end what is idle, and spares a write on every request.
SEEN_EVERY = timedelta(minutes=1)


class SeenMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        store = request.session
        if not isinstance(store, SessionStore):
            return self.get_response(request)
        store.agent = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")
        response = self.get_response(request)
        # What is modified is stored with its moment anyway.
        if store.row is not None and not store.modified and response.status_code < 500:
            _seen(store.row)
        return response


def _seen(row: LoginSession) -> None:
    now = timezone.now()
    if row.user_id is not None and row.seen_at <= now - SEEN_EVERY:
        ends = end_of(row.started_at, now)
        LoginSession.objects.filter(pk=row.pk, seen_at=row.seen_at).update(seen_at=now, expire_date=ends)
