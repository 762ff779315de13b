"""Answers to a first refusal at the same moment: one counts. The control shows that the test can fail."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from deals.registrations.models import Registration
from deals.releases import actions
from deals.releases.models import FirstRefusal
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.deals.releases.asking import make_line, set_free
from tests.factories import Cast
from tests.meeting import Meeting

PARALLEL = 12
Verb = Callable[..., Registration]


def all_at_once(cast: Cast, deal: Registration, verbs: list[Verb]) -> Counter[str]:
    start, now = Barrier(len(verbs)), database_now()

    def one(verb: Verb) -> str:
        start.wait(timeout=60)
        try:
            verb(registration=deal, by=cast.helix.rep, now=now)
        except StateConflict:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(verbs)) as pool:
        return Counter(pool.map(one, verbs))


def test_one_of_many_answers_counts(live_cast: Cast) -> None:
    line = make_line(live_cast)
    set_free(line)
    verbs = [actions.take_up, actions.decline] * (PARALLEL // 2)

    assert all_at_once(live_cast, line.first, verbs) == {"done": 1, "refused": PARALLEL - 1}
    turn = FirstRefusal.objects.get(registration=line.first)
    kinds = ["deal.taken_up", "deal.refusal_declined"]
    assert Event.objects.filter(kind__in=kinds).count() == 1
    assert (turn.state == "taken") == Registration.objects.filter(taken_up__isnull=False).exists()


def test_without_its_lock_several_answers_count(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: everybody reads the turn before anybody answers it."""
    line = make_line(live_cast)
    set_free(line)
    monkeypatch.setattr(actions, "_held", list)
    monkeypatch.setattr(actions, "_answer", Meeting(of=PARALLEL).before(actions._answer))

    assert all_at_once(live_cast, line.first, [actions.decline] * PARALLEL) == {"done": PARALLEL}
