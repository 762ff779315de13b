"""Many workers and verbs at once: no chain forks, no step is issued twice. Each race has a control that must fail."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from deals.decisions import actions as decisions
from deals.registrations import actions
from deals.registrations.models import Registration
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import NotAllowed, StateConflict
from prm.signing import keys
from prm.signing.actions import leaving, sign_due
from prm.signing.checking import verify
from prm.signing.models import Due, Link, SigningKey
from prm.signing.sockets import CHAINS, Step
from tests.factories import Cast, make_registration

WORKERS = 3


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Each in a thread with a connection of its own; what it returns, or the error it ended with."""
    start = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=20)
            return call()
        except (IntegrityError, StateConflict, NotAllowed) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


@pytest.fixture
def waiting(live_cast: Cast) -> list[Registration]:
    """Registrations whose first step waits for a worker."""
    with leaving():
        return [make_registration(live_cast.helix) for _number in range(6)]


def test_workers_issue_each_step_once(waiting: list[Registration]) -> None:
    done = at_once([sign_due] * WORKERS)
    while Due.objects.exists():
        done.append(sign_due())

    assert sum(done) == len(waiting) == Link.objects.count()
    assert verify(now=database_now()) == []


def test_control_without_the_lock_of_the_verbs_they_collide(
    waiting: list[Registration], monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, together = CHAINS["deal"], Barrier(WORKERS)

    def steps(events: Sequence[Event], secret: str) -> list[Step]:
        """When everybody has read where the chains end."""
        together.wait(timeout=20)
        return chain.steps(events, secret)

    first_key()
    monkeypatch.setitem(CHAINS._entries, "deal", replace(chain, hold=list, steps=steps))
    done = at_once([sign_due] * WORKERS)

    assert sum(isinstance(one, IntegrityError) for one in done) == WORKERS - 1


def test_verbs_and_workers_on_one_deal_make_one_chain(live_cast: Cast, waiting: list[Registration]) -> None:
    now = database_now()
    calls: list[Callable[[], Any]] = [sign_due]
    for deal in waiting[:3]:
        calls.append(lambda deal=deal: actions.withdraw(registration=deal, reason="", by=live_cast.helix.rep, now=now))
        rejects = {"reason": "other", "message": "No.", "by": live_cast.pam, "now": now}
        calls.append(lambda deal=deal, rejects=rejects: decisions.reject(registration=deal, **rejects))
    at_once(calls)
    while sign_due():
        continue

    assert Link.objects.count() == len(waiting) + 3
    assert verify(now=database_now()) == []


def first_key() -> str:
    with transaction.atomic():
        return keys.current_signer().kid


def test_first_key_is_made_once(transactional_db: None) -> None:
    assert len(set(at_once([first_key] * WORKERS))) == 1
    assert SigningKey.objects.count() == 1


def test_control_without_its_lock_more_are_made(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    together = Barrier(WORKERS)
    stored = keys.store_key

    def store(**given: Any) -> SigningKey:
        together.wait(timeout=20)
        return stored(**given)

    monkeypatch.setattr(keys, "hold_keys", lambda: None)
    monkeypatch.setattr(keys, "store_key", store)
    at_once([first_key] * WORKERS)

    assert SigningKey.objects.count() == WORKERS
