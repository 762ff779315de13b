"""Sweeps and decisions at the same time. The controls show that the tests can fail."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from deals.decisions.actions import approve
from deals.protections.models import Protection
from deals.punctuality import actions
from deals.registrations.models import Registration, RegistrationQuerySet
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.notices.models import Notice
from tests.deals.punctuality.test_provisional import LONG
from tests.deals.punctuality.test_sweeps import late
from tests.factories import MUELLER, Cast, make_registration

PARALLEL = 6
EACH = 4


def together(*calls: Callable[[], Any]) -> list[Any]:
    ready = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        ready.wait(timeout=20)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_many_sweeps_escalate_and_protect_each_once(live_cast: Cast) -> None:
    deals = [late(make_registration(live_cast.helix), LONG) for _ in range(EACH)]
    now = database_now()

    changed = together(*[lambda: actions.escalate_due(now=now)] * PARALLEL)
    # What one sweep was busy with the others left alone.
    changed.append(actions.escalate_due(now=now))

    assert sum(changed) == 2 * EACH
    for kind in ("deal.escalated", "deal.protected_provisionally"):
        counted = Counter(Event.objects.filter(kind=kind).values_list("subject_id", flat=True))
        assert counted == {deal.public_id: 1 for deal in deals}
    assert Notice.objects.filter(kind="deal.protected_provisionally").count() == 3 * EACH
    assert Protection.objects.count() == EACH


def test_without_its_claim_a_sweep_escalates_more_than_once(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: rows that are only read, by everybody before anybody writes."""
    for _ in range(EACH):
        late(make_registration(live_cast.helix))
    read, now = Barrier(PARALLEL), database_now()

    def look(rows: RegistrationQuerySet) -> list[Registration]:
        found = list(rows)
        read.wait(timeout=20)
        return found

    monkeypatch.setattr(actions, "_claimed", look)
    together(*[lambda: actions._escalate_batch(now)] * PARALLEL)

    assert Event.objects.filter(kind="deal.escalated").count() == PARALLEL * EACH


def test_two_late_rivals_are_never_both_protected(live_cast: Cast) -> None:
    """One of them is approved while the other is due for its provisional protection."""
    cast = live_cast
    for number in range(3):
        values = {**MUELLER, "customer_name": f"Werk{number} Muster AG", "customer_website": f"werk{number}-muster.de"}
        deal = late(make_registration(cast.helix, **values), LONG)
        actions._escalate_batch(database_now())
        rival = make_registration(cast.orbit, **values)

        def decide(rival: Registration = rival) -> str:
            try:
                return approve(
                    registration=rival, override_reason="customer_choice", by=cast.pam, now=database_now()
                ).state
            except StateConflict as refused:
                return refused.code

        answers = together(decide, lambda: actions.protect_due(now=database_now()))
        actions.protect_due(now=database_now())
        deal.refresh_from_db()
        assert (answers[0], deal.provisional_at is None) in {("approved", True), ("protected", False)}
    assert Protection.objects.count() == 3
