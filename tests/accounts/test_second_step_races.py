"""Second steps that are changed from several browsers at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.db import connection

from prm.accounts.models import User
from prm.accounts.second_steps import actions
from prm.accounts.second_steps.selectors import steps_of
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import PrmError
from tests.authenticators import code_of, with_app
from tests.factories import Cast

CREDENTIAL = {"id": "abc", "type": "public-key", "response": {}}


def at_once(number: int, verb: Callable[[int], Any]) -> list[bool]:
    """Whether each of the calls went through, made by as many connections."""

    def one(which: int) -> bool:
        try:
            verb(which)
        except PrmError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def add_key(user: User, name: str) -> list[str]:
    return actions.add_key(user=user, name=name, credential=CREDENTIAL, now=database_now())


def test_two_apps_at_once_are_one(live_cast: Cast) -> None:
    def add(_which: int) -> None:
        secret = generate_totp_secret()
        actions.add_app(user=live_cast.pam, secret=secret, code=code_of(secret), now=database_now())

    assert at_once(5, add).count(True) == 1
    assert Authenticator.objects.filter(type="totp").count() == 1
    assert Event.objects.filter(kind="person.second_step_added").count() == 1


def test_keys_at_once_stay_within_their_number(live_cast: Cast) -> None:
    for number in range(actions.MOST_KEYS - 2):
        add_key(live_cast.pam, f"key {number}")
    passed = at_once(6, lambda which: add_key(live_cast.pam, f"more {which}"))

    assert passed.count(True) == 2
    assert len(steps_of(live_cast.pam).keys) == actions.MOST_KEYS


def test_first_keys_at_once_bring_recovery_codes_once(live_cast: Cast) -> None:
    at_once(4, lambda which: add_key(live_cast.pam, f"key {which}"))

    assert Event.objects.filter(kind="person.recovery_codes_made").count() == 1
    assert steps_of(live_cast.pam).codes_left == 10


def test_last_two_steps_cannot_both_go_where_one_is_demanded(live_cast: Cast, settings: Any) -> None:
    settings.PRM_MFA_REQUIRED = "vendor"
    with_app(live_cast.pam)
    add_key(live_cast.pam, "blue")
    both = ["app", steps_of(live_cast.pam).keys[0].id]
    passed = at_once(2, lambda which: actions.remove(user=live_cast.pam, which=both[which], now=database_now()))

    assert sorted(passed) == [False, True]
    assert steps_of(live_cast.pam).any


def test_without_the_lock_both_would_go(live_cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each sees the other one still there, and takes its own away."""
    settings.PRM_MFA_REQUIRED = "vendor"
    with_app(live_cast.pam)
    add_key(live_cast.pam, "blue")
    key = steps_of(live_cast.pam).keys[0].id
    monkeypatch.setattr(actions, "_lock", lambda user: None)
    told = actions.notices.tell_removed
    nested: list[list[bool]] = []

    def meanwhile(user: User, now: Any) -> None:
        """Between what one has seen and what it commits, the other does all of its work."""
        if not nested:
            nested.append([])
            other = lambda _which: actions.remove(user=user, which=key, now=database_now())  # noqa: E731
            nested[0] += at_once(1, other)
        told(user, now)

    monkeypatch.setattr(actions.notices, "tell_removed", meanwhile)
    actions.remove(user=live_cast.pam, which="app", now=database_now())

    assert nested == [[True]]
    assert not steps_of(live_cast.pam).any


def test_step_is_reset_once(live_cast: Cast) -> None:
    with_app(live_cast.pam)
    membership = live_cast.pam.membership
    assert membership is not None
    passed = at_once(4, lambda _which: actions.reset(membership=membership, by=live_cast.admin, now=database_now()))

    assert passed.count(True) == 1
    assert Event.objects.filter(kind="person.second_step_reset").count() == 1


def test_recovery_code_is_used_once_however_many_try(live_cast: Cast) -> None:
    _secret, recovery = with_app(live_cast.pam)
    found = []
    at_once(6, lambda _which: found.append(actions.use_code(user=live_cast.pam, code=recovery[0], now=database_now())))

    assert [row is not None for row in found].count(True) == 1
    assert steps_of(live_cast.pam).codes_left == 9
