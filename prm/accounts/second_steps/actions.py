"""Verbs about second steps. No secret stands in an event, a mail or a log."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _

from prm.accounts.actions import concerned
from prm.accounts.models import Membership, User
from prm.accounts.second_steps import notices, policies, sealing
from prm.accounts.second_steps.codes import matching_counter
from prm.accounts.second_steps.selectors import APP, CODES, KEY, demanded_of, primary_of
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ids import random_id

MOST_KEYS = 10


@transaction.atomic
def add_app(*, user: User, secret: str, code: str, now: datetime) -> list[str]:
    """An app that shows the code of the secret now. Returns recovery codes when the person had none."""
    _lock(user)
    if Authenticator.objects.filter(user_id=user.pk, type=APP).exists():
        raise StateConflict(_("You have an app already. Remove it first."), state="app")
    counter = matching_counter(secret, code, now)
    if counter is None:
        raise InvalidInput({"code": [_("This is not the code of now. Is the clock of your phone right?")]})
    row = TOTP.activate(user, secret).instance
    row.data["counter"] = counter
    row.save(update_fields=["data"])
    return _added(user, "app", now)


@transaction.atomic
def add_key(*, user: User, name: str, credential: dict[str, Any], now: datetime) -> list[str]:
    """A security key whose `credential` has been checked. Returns recovery codes when the person had none."""
    _lock(user)
    if Authenticator.objects.filter(user_id=user.pk, type=KEY).count() >= MOST_KEYS:
        raise StateConflict(_("You have %(n)d keys. Remove one first.") % {"n": MOST_KEYS}, state="keys")
    data = {"name": name, "credential": credential, "public_id": random_id("key")}
    Authenticator.objects.create(user=user, type=KEY, data=data, created_at=now)
    return _added(user, "key", now)


def _added(user: User, kind: str, now: datetime) -> list[str]:
    _record("person.second_step_added", user, user, now, {"kind": kind})
    notices.tell_added(user, now)
    has_codes = Authenticator.objects.filter(user_id=user.pk, type=CODES).exists()
    return [] if has_codes else _new_codes(user, now)


@transaction.atomic
def make_codes(*, user: User, now: datetime) -> list[str]:
    """New recovery codes; the old ones are good for nothing."""
    _lock(user)
    if not primary_of(user).exists():
        raise StateConflict(_("Set up an app or a key first."), state="none")
    return _new_codes(user, now)


def _new_codes(user: User, now: datetime) -> list[str]:
    Authenticator.objects.filter(user_id=user.pk, type=CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    _record("person.recovery_codes_made", user, user, now, {})
    return codes


@transaction.atomic
def remove(*, user: User, which: str, now: datetime) -> None:
    """Take the app (`app`) or the key with that id away. With the last of them the recovery codes go."""
    _lock(user)
    rows = primary_of(user)
    found = rows.filter(type=APP) if which == "app" else rows.filter(type=KEY, data__public_id=which)
    if not found.exists():
        raise StateConflict(_("That one is not here any more."), state="gone")
    others = rows.exclude(pk__in=[row.pk for row in found])
    if not others.exists():
        if demanded_of(user):
            raise StateConflict(_("You need a second step here: set up another one first."), state="last")
        Authenticator.objects.filter(user_id=user.pk, type=CODES).delete()
    found.delete()
    _record("person.second_step_removed", user, user, now, {"kind": "app" if which == "app" else "key"})
    notices.tell_removed(user, now)


@transaction.atomic
def use_code(*, user: User, code: str, now: datetime) -> Any | None:
    """The app or the recovery codes that this code is of, with the code used up; None for a wrong one."""
    rows = Authenticator.objects.select_for_update().filter(user_id=user.pk, type__in=[APP, CODES]).order_by("pk")
    for row in rows:
        try:
            is_good = _use_app(row, code, now) if row.type == APP else _use_recovery(row, user, code, now)
        except InvalidToken:
            continue
        if is_good:
            return row
    return None


def _use_app(row: Any, code: str, now: datetime) -> bool:
    counter = matching_counter(sealing.unseal(row.data["secret"]), code, now, after=row.data["counter"])
    if counter is not None:
        row.data["counter"] = counter
        row.save(update_fields=["data"])
    return counter is not None


def _use_recovery(row: Any, user: User, code: str, now: datetime) -> bool:
    codes = RecoveryCodes(row)
    is_good: bool = codes.validate_code(code)
    if is_good:
        row.data = codes.instance.data
        left = len(codes.get_unused_codes())
        _record("person.recovery_code_used", user, user, now, {"left": left})
        notices.tell_recovery(user, left, now)
    return is_good


@transaction.atomic
def reset(*, membership: Membership, by: User, now: datetime) -> None:
    """Somebody has lost phone and key: everything goes, and the person is told."""
    if not policies.can_reset(by, membership):
        raise NotAllowed(_("You may not reset the second step of this person."))
    user = membership.user
    _lock(user)
    gone = Authenticator.objects.filter(user_id=user.pk)
    if not gone.exists():
        raise StateConflict(_("This person has no second step."), state="none")
    gone.delete()
    _record("person.second_step_reset", user, by, now, {})
    notices.tell_reset(user, by, now)


def _lock(user: User) -> None:
    """One change of somebody's second steps at a time."""
    User.objects.select_for_update().get(pk=user.pk)


def _record(kind: str, user: User, by: User, now: datetime, data: dict[str, object]) -> None:
    if user.organisation is not None:
        about = ("user", user.public_id)
        record(kind, by=by, now=now, organisation_id=concerned(user.organisation), subject=about, data=data)
