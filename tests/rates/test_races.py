"""Two record a rate of one day at once: both are kept, one after the other. Without the lock they pass each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.rates import actions
from prm.rates.models import Rate
from tests.factories import Cast
from tests.meeting import Meeting
from tests.rates.knowing import given

TOGETHER = 4


def at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch, patience: int) -> list[str]:
    """The same rate by everybody, who look at what counts before anybody writes, as far as they are let: how each
    ended."""
    monkeypatch.setattr(actions, "_counting", Meeting(of=TOGETHER, patience=patience).after(actions._counting))

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


def test_rate_that_many_record_at_once_is_recorded_once(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = at_once(live_cast, monkeypatch, patience=1)

    assert ended == ["This rate is recorded already."] * (TOGETHER - 1) + ["recorded"]
    assert Rate.objects.count() == 1


def test_control_without_the_lock_it_is_recorded_again_and_again(
    live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_lock", lambda: None)

    assert at_once(live_cast, monkeypatch, patience=20) == ["recorded"] * TOGETHER
    assert Rate.objects.count() == TOGETHER
