"""Two record a rate of one day at once: both are kept, one after the other. Without the lock they pass each other."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection

from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.rates import actions
from prm.rates.models import Rate
from tests.factories import Cast
from tests.rates.knowing import given

TOGETHER = 4


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody looks at what counts before anybody writes, as far as they are let."""
    start, look = Barrier(TOGETHER), actions._counting

    def look_together(*about: object) -> object:
        found = look(*about)  # type: ignore[arg-type]
        with suppress(BrokenBarrierError):
            start.wait(timeout=1)
        return found

    monkeypatch.setattr(actions, "_counting", look_together)


def at_once(cast: Cast) -> list[str]:
    """The same rate by everybody: how each ended."""

    def one(_number: int) -> str:
        try:
            actions.record_rate(given=given("0.9"), by=cast.finance, now=database_now())
        except StateConflict as error:
            return error.message
        finally:
            connection.close()
        return "recorded"

    with ThreadPoolExecutor(TOGETHER) as pool:
        return sorted(pool.map(one, range(TOGETHER)))


def test_rate_that_many_record_at_once_is_recorded_once(live_cast: Cast, meeting: None) -> None:
    ended = at_once(live_cast)

    assert ended == ["This rate is recorded already."] * (TOGETHER - 1) + ["recorded"]
    assert Rate.objects.count() == 1


def test_control_without_the_lock_it_is_recorded_again_and_again(
    live_cast: Cast, meeting: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_lock", lambda: None)

    assert at_once(live_cast) == ["recorded"] * TOGETHER
    assert Rate.objects.count() == TOGETHER
