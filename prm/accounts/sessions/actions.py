"""Ending sessions: elsewhere by the person, all others with a new password, and those whose time is over."""

from datetime import datetime

from django.db import transaction

from prm.accounts.actions import concerned
from prm.accounts.models import User
from prm.accounts.sessions.models import LoginSession
from prm.audit.actions import record


@transaction.atomic
def log_out_elsewhere(*, user: User, keep: str | None, by: User, now: datetime) -> int:
    """End every session of the person but the one with the key `keep`. Returns how many were alive."""
    ended = _end_others(user, keep)
    _record("person.logged_out_elsewhere", user, by, now, {"sessions": ended})
    return ended


@transaction.atomic
def change_password(*, user: User, password: str, keep: str | None, by: User, now: datetime) -> User:
    """Whoever is logged in with the old password is out, except in the session `keep`."""
    user.set_password(password)
    user.save(update_fields=["password"])
    _record("person.password_changed", user, by, now, {"sessions": _end_others(user, keep)})
    return user


def forget_ended(now: datetime) -> int:
    return LoginSession.objects.filter(expire_date__lt=now).delete()[0]


def _end_others(user: User, keep: str | None) -> int:
    others = LoginSession.objects.of(user).exclude(session_key=keep or "")
    alive = others.alive().count()
    others.delete()
    return alive


def _record(kind: str, user: User, by: User, now: datetime, data: dict[str, int]) -> None:
    if user.organisation is not None:
        about = ("user", user.public_id)
        record(kind, by=by, now=now, organisation_id=concerned(user.organisation), subject=about, data=dict(data))
