"""A whole installation under fire: nothing promised is lost or doubled, and what fell works again."""

import copy
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from config.embedded.paths import ROOT
from tests.chaos.__main__ import judged
from tests.chaos.clients import Client, Ledger, at_work
from tests.chaos.installation import Installation, installation, seconds_until
from tests.chaos.reckoning import Found, faults, look
from tests.chaos.shooting import shoot, unfinished
from tests.engines.conftest import eventually
from tests.notices.postbox import free_port

pytestmark = pytest.mark.timeout(600)
KILLS = 20
MOST_FAILED = 6


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    with installation() as ready:
        yield ready


@pytest.fixture(scope="module")
def shot_at(house: Installation) -> Ledger:
    """Twenty programs were killed while people worked, and everything was promised that they asked for."""
    ledger, hits = Ledger(), 0
    chance = random.Random(7)
    while hits < KILLS:
        burst = shoot(house, ledger, chance=chance)
        hits += sum(shot.hit for shot in burst.shots)
        assert judged(house, ledger, burst) == [], house.said()
    return ledger


def test_everything_promised_under_fire_is_done_once(house: Installation, shot_at: Ledger) -> None:
    found = look(house)

    assert faults(shot_at.promised, found) == []
    assert [deal.verbs for deal in shot_at.promised] == [["submit", "approve", "end"]] * len(shot_at.promised)
    assert set(found.mails) == found.promised_mails


# The control: each kind of loss and doubling is seen.


@pytest.fixture
def found(house: Installation, shot_at: Ledger) -> Found:
    assert shot_at.promised
    return copy.deepcopy(look(house))


def test_lost_registration_is_seen(shot_at: Ledger, found: Found) -> None:
    name = shot_at.promised[0].external_id
    del found.rows[name]

    assert faults(shot_at.promised, found) == [f"{name} is there 0 times"]


def test_doubled_registration_is_seen(shot_at: Ledger, found: Found) -> None:
    name = shot_at.promised[0].external_id
    found.rows[name] = 2

    assert f"{name} is there 2 times" in faults(shot_at.promised, found)


@pytest.mark.parametrize(("verb", "kind"), [("submit", "deal.submitted"), ("end", "deal.expired")])
def test_lost_event_is_seen(shot_at: Ledger, found: Found, verb: str, kind: str) -> None:
    deal = shot_at.promised[0].public_id
    del found.events[deal, kind]

    assert faults(shot_at.promised, found) == [f"{verb} of {deal} is recorded 0 times"]


def test_doubled_event_is_seen(shot_at: Ledger, found: Found) -> None:
    deal = shot_at.promised[0].public_id
    found.events[deal, "deal.expired"] = 2

    assert faults(shot_at.promised, found) == [f"end of {deal} is recorded 2 times"]


@pytest.mark.parametrize("times", [0, 2])
def test_wrong_number_of_notices_is_seen(shot_at: Ledger, found: Found, times: int) -> None:
    deal = shot_at.promised[0].public_id
    found.notices[deal, "deal.approved"] = times

    assert faults(shot_at.promised, found) == [f"deal.approved of {deal} is told {times} times"]


def test_lost_mail_is_seen(shot_at: Ledger, found: Found) -> None:
    lost = min(found.mails)
    del found.mails[lost]

    assert faults(shot_at.promised, found) == [f"mail {lost} never came"]


def test_mail_under_another_id_is_seen(shot_at: Ledger, found: Found) -> None:
    found.mails["ntc_another"] = 1

    assert faults(shot_at.promised, found) == ["mail ntc_another was never promised"]


def test_request_repeated_without_its_key_doubles(house: Installation) -> None:
    """The control of the clients: what keeps their repetitions from doubling is the key."""
    client = Client(house.port, house.tokens, Ledger())
    keyed = [client.once("rep", "/api/v1/deals", draft("keyed"), "one-key") for _ in range(2)]
    bare = [client.once("rep", "/api/v1/deals", draft("bare"), "") for _ in range(2)]

    assert [status for status, _text in keyed + bare] == [201] * 4
    rows = house.ask("select external_id, count(*) from deals_registration where external_id = any(%s) group by 1", TWO)
    assert dict(rows) == {"keyed": 1, "bare": 2}
    # Nobody promised these.
    house.ask("delete from deals_registration where external_id = any(%s) returning id", TWO)


TWO = ["keyed", "bare"]


def draft(external_id: str) -> dict[str, object]:
    return {"external_id": external_id, "customer": {"name": "Werk Nord"}}


# Without Redis.


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_registration_without_redis_is_taken_and_told(house: Installation, how: signal.Signals) -> None:
    client = Client(house.port, house.tokens, Ledger())
    with redis_gone(house, how):
        deal = client.register()
        told = "select count(*) from notices_notice where split_part(path, '/', 3) = %s and sent_at is not null"
        assert eventually(lambda: house.ask(told, deal.public_id) == [(3,)], 60)

    assert client.ledger.failures == {}


@contextmanager
def redis_gone(house: Installation, how: signal.Signals) -> Iterator[None]:
    """Hung, or killed; nobody starts another one meanwhile."""
    guardian = house.guardian()
    (redis,) = house.pids("redis")
    os.kill(guardian, signal.SIGSTOP)
    os.kill(redis, how)
    try:
        yield
    finally:
        os.kill(guardian, signal.SIGCONT)
        if how == signal.SIGSTOP:
            os.kill(redis, signal.SIGCONT)


# Without PostgreSQL.


def test_database_that_is_down_for_five_seconds_fails_few_requests(house: Installation) -> None:
    waiting, control = Ledger(), Ledger()
    with second_web(house) as port, at_work(house.port, house.tokens, waiting), at_work(port, house.tokens, control):
        assert eventually(lambda: min(len(waiting.promised), len(control.promised)) > 8, 60)
        with database_down(house):
            time.sleep(5)
        answered = max(waiting.answered_at, control.answered_at)
        assert eventually(lambda: min(waiting.answered_at, control.answered_at) > answered, 60)
    assert seconds_until(lambda: not unfinished(house), 60) < 60

    assert waiting.failures.total() <= MOST_FAILED
    # Without the pool nobody waits for the database to come back.
    assert control.failures.total() > 2 * MOST_FAILED
    assert faults(waiting.promised + control.promised, look(house)) == []


@contextmanager
def second_web(house: Installation) -> Iterator[int]:
    """Another web of the same installation, whose requests do not wait."""
    port = free_port()
    command = ["-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{port}"]
    environment = house.environment | {"PRM_DB_POOL": "0"}
    web = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        client = Client(port, house.tokens, Ledger())
        assert eventually(lambda: client.once("rep", "/api/v1/deals", {}, "")[0] == 400, 60)
        yield port
    finally:
        web.terminate()
        web.wait(timeout=30)


@contextmanager
def database_down(house: Installation) -> Iterator[None]:
    guardian = house.guardian()
    os.kill(guardian, signal.SIGSTOP)
    (postgres,) = house.pids("postgres")
    os.kill(postgres, signal.SIGKILL)
    try:
        yield
    finally:
        os.kill(guardian, signal.SIGCONT)
