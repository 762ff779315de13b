"""A relay never keeps a worker for long: the scheduler's sweeps wait for the same processes."""

from collections.abc import Callable
from itertools import count

import pytest

from prm.notices import relay, tasks
from prm.notices.models import Notice
from prm.notices.relay import deliver_due
from prm.operations.models import JobRun
from tests.factories import make_user
from tests.notices.postbox import Postbox
from tests.notices.test_relay import tell


def clock(step: float) -> Callable[[], float]:
    """One that goes on by so many seconds each time somebody looks."""
    ticks = count()
    return lambda: next(ticks) * step


@pytest.mark.parametrize(("seconds_each", "passes"), [(1.0, 5), (2.0, 3), (60.0, 1)])
def test_ring_ends_though_there_is_always_more(
    db: None, monkeypatch: pytest.MonkeyPatch, seconds_each: float, passes: int
) -> None:
    done: list[int] = []
    monkeypatch.setitem(relay.WORK._entries, "endless", lambda _now: done.append(1) or 1)
    monkeypatch.setattr(tasks, "monotonic", clock(seconds_each))

    tasks.run_relay()

    assert len(done) == passes
    assert JobRun.objects.get(name="relay").succeeded_at is not None


def test_ring_ends_when_there_is_nothing_more(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it is not the clock alone that ends it."""
    left = [1, 1, 0]
    monkeypatch.setitem(relay.WORK._entries, "three", lambda _now: left.pop(0))
    monkeypatch.setattr(tasks, "monotonic", clock(0.0))

    tasks.run_relay()

    assert left == []


def test_slow_server_is_left_and_the_others_wait_untried(
    db: None, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two seconds a mail: the fourth one is begun by the next pass, or by another relay meanwhile."""
    tell(*(make_user(f"person{number}@helix.example", None) for number in range(8)))
    monkeypatch.setattr(relay, "monotonic", clock(2.0))

    assert deliver_due() == 3
    waiting = Notice.objects.undelivered()
    assert {(each.attempts, each.leased_until, each.last_error) for each in waiting} == {(0, None, "")}

    assert [deliver_due(), deliver_due(), deliver_due()] == [3, 2, 0]
    assert len(postbox.ids) == len(postbox.mails) == 8
