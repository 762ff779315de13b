"""The relay as a program: killed, without Redis, without a database, beside Celery."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from signal import SIGCONT, SIGINT, SIGKILL, SIGSTOP, SIGTERM
from typing import Any

import psycopg
import pytest
from celery import Celery
from django.core.management import CommandError, call_command
from django.db import connection, connections
from redis import Redis

from config.embedded.redis import binary
from deals.registrations.models import Registration
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices import doorbell
from prm.notices.models import Notice
from prm.notices.relay import LEASE, deliver_due
from tests.factories import Cast, make_approved, make_asked, make_registration
from tests.notices.postbox import HOST, Postbox, Silence
from tests.notices.test_relay import tell
from tests.processes import ROOT, Program, eventually, running, said, start

RELAY = ("manage.py", "relay", "--loop")
pytestmark = pytest.mark.django_db(transaction=True)


def mailing_to(server: Postbox | Silence) -> dict[str, str]:
    return {"EMAIL_HOST": HOST, "EMAIL_PORT": str(server.port)}


# Killed.


def test_relay_killed_between_lease_and_mail_delivers_after_the_lease(postbox: Postbox) -> None:
    (notice,) = tell("ana@helix.example")
    server = Silence()
    with running(*RELAY, **mailing_to(server)) as victim:
        assert eventually(lambda: Notice.objects.exclude(leased_until=None).exists())
        victim.send_signal(SIGKILL)
        victim.wait(timeout=10)
    server.close()
    notice.refresh_from_db()
    assert notice.leased_until is not None
    assert deliver_due(now=notice.leased_until - timedelta(seconds=1)) == 0
    assert deliver_due(now=notice.leased_until) == 1
    assert postbox.recipients == ["ana@helix.example"]
    notice.refresh_from_db()
    assert notice.attempts == 2


def test_relay_killed_between_mail_and_its_note_repeats_the_same_id(postbox: Postbox) -> None:
    (notice,) = tell("ana@helix.example")
    # Takes the mail, and is silent when it should say so.
    server = Silence(b"220 ready\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")
    with running(*RELAY, **mailing_to(server)) as victim:
        assert eventually(lambda: server.heard.endswith(b"\r\n.\r\n"))
        victim.send_signal(SIGKILL)
        victim.wait(timeout=10)
    server.close()
    assert deliver_due(now=database_now() + LEASE) == 1
    (id,) = postbox.ids
    assert f"Message-ID: {id}".encode() in server.heard
    assert notice.public_id in id


@pytest.mark.parametrize("ending", [SIGTERM, SIGINT])
def test_relay_ends_between_two_passes(postbox: Postbox, ending: int) -> None:
    tell("ana@helix.example")
    with running(*RELAY, **mailing_to(postbox)) as relay:
        assert eventually(lambda: postbox.mails)
        relay.send_signal(ending)
        assert relay.wait(timeout=20) == 0
    assert Notice.objects.undelivered().count() == 0


def test_relay_without_loop_does_everything_and_ends(live_cast: Cast, postbox: Postbox) -> None:
    deal = make_registration(live_cast.helix)
    notices = Notice.objects.count()
    said(start("manage.py", "relay", **mailing_to(postbox)))
    deal.refresh_from_db()
    assert deal.assessed_at is not None
    assert (len(postbox.mails), Notice.objects.undelivered().count()) == (notices, 0)


# Without a database.


def test_relay_outlives_a_database_that_was_away(postbox: Postbox) -> None:
    with running(*RELAY, **mailing_to(postbox)) as relay:
        tell("ana@helix.example")
        assert eventually(lambda: len(postbox.mails) == 1)
        with nobody_else():
            tell("bert@helix.example")
            assert eventually(lambda: refused(relay))
        assert eventually(lambda: len(postbox.mails) == 2)
        assert relay.poll() is None


@contextmanager
def nobody_else() -> Iterator[None]:
    """The test's own connection is the only one that the database lets in."""
    about = connection.get_connection_params() | {"dbname": "postgres"}
    name, mine = connection.settings_dict["NAME"], connection.connection.info.backend_pid
    about = {key: value for key, value in about.items() if key in {"dbname", "user", "host", "port"}}
    with psycopg.connect(**about, autocommit=True) as door:
        try:
            door.execute(f"alter database {name} allow_connections false")
            others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> %s"
            door.execute(others, [name, mine])
            yield
        finally:
            door.execute(f"alter database {name} allow_connections true")


def refused(relay: Program) -> bool:
    """It says once a pass that the database is away."""
    return "The database does not answer" in relay.log


def test_relay_without_loop_says_that_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    connections.close_all()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    with pytest.raises(CommandError) as refused:
        call_command("relay")
    connection.close()
    assert str(refused.value).startswith("The database does not answer: ")


# Without Redis.


class OwnRedis:
    """A Redis of the test's own, to stop and to empty."""

    def __init__(self, directory: Path) -> None:
        self.socket = directory / "redis.sock"
        place = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(directory)]
        self.process = subprocess.Popen([binary(), *place], stdout=subprocess.DEVNULL, cwd=directory)
        self.client = Redis(unix_socket_path=str(self.socket))
        assert eventually(self.socket.exists)
        assert self.client.ping()

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def rings(self) -> int:
        return int(self.client.llen("bell"))

    def stop(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=10)


@pytest.fixture
def own_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[OwnRedis]:
    """The doorbell of this process, and of no other test."""
    redis = OwnRedis(tmp_path)
    bell = Celery("bell", broker=redis.url, set_as_current=False)
    bell.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(doorbell, "current_app", bell)
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
    monkeypatch.setattr(doorbell, "PAUSE_SECONDS", 0.0)
    yield redis
    bell.close()
    redis.stop()


def test_submission_rings_once(live_cast: Cast, own_redis: OwnRedis) -> None:
    rung = own_redis.rings
    make_registration(live_cast.helix)
    # The draft promises nothing.
    assert own_redis.rings == rung + 1


def test_burst_rings_once_and_the_loop_finds_all_of_it(
    live_cast: Cast, own_redis: OwnRedis, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "PAUSE_SECONDS", 60.0)
    for _ in range(4):
        make_registration(live_cast.helix)
    assert own_redis.rings == 1

    with running(*RELAY, REDIS_URL=own_redis.url, **mailing_to(postbox)):
        assert eventually(lambda: len(postbox.mails) == 8)


def test_submission_while_redis_is_away_is_mailed_by_the_loop(
    live_cast: Cast, own_redis: OwnRedis, postbox: Postbox
) -> None:
    with running(*RELAY, REDIS_URL=own_redis.url, **mailing_to(postbox)):
        own_redis.stop()
        deal = make_registration(live_cast.helix)
        told = Notice.objects.count()
        assert told == 2
        assert eventually(lambda: len(postbox.mails) == told)
        assert eventually(lambda: Registration.objects.get(pk=deal.pk).assessed_at)
    assert postbox.recipients == [live_cast.pam.email, live_cast.helix.rep.email]


def test_doorbell_is_left_alone_for_a_while_after_it_failed(
    live_cast: Cast, own_redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    own_redis.stop()
    for _ in range(3):
        make_registration(live_cast.helix)
    failed = [line for line in caplog.messages if line.startswith("The relay could not be rung: ")]
    assert (len(failed), Registration.objects.count()) == (1, 3)


def test_submission_does_not_wait_for_a_redis_that_hangs(
    live_cast: Cast, own_redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    make_registration(live_cast.helix)
    doorbell.ring()
    own_redis.process.send_signal(SIGSTOP)
    try:
        make_registration(live_cast.helix)
    finally:
        own_redis.process.send_signal(SIGCONT)
    assert "The relay could not be rung: Timeout reading from socket" in caplog.messages
    assert Notice.objects.filter(kind="deal.submitted").count() == 2


def test_emptied_redis_loses_nothing(live_cast: Cast, own_redis: OwnRedis, postbox: Postbox) -> None:
    for _ in range(4):
        make_registration(live_cast.helix)
    assert own_redis.rings == 4
    own_redis.client.flushall()
    while deliver_due():
        continue
    assert Counter(postbox.recipients) == {live_cast.pam.email: 4, live_cast.helix.rep.email: 4}


# Beside Celery.

QUICK = """
import sys
from celery.__main__ import main
from config.celery import app
app.conf.beat_schedule = {name: {**entry, "schedule": 1.0} for name, entry in app.conf.beat_schedule.items()}
sys.exit(main())
"""


@pytest.fixture
def quick_celery(tmp_path: Path) -> Path:
    """Celery's own command with the product's schedule, every second."""
    program = tmp_path / "quick.py"
    program.write_text(QUICK)
    return program


def test_two_schedulers_and_two_workers_do_each_thing_once(
    live_cast: Cast, postbox: Postbox, quick_celery: Path, tmp_path: Path
) -> None:
    past = database_now() - timedelta(days=120)
    expired = [make_approved(live_cast.helix, now=past) for _ in range(6)]
    lapsed = [make_asked(live_cast.orbit) for _ in range(4)]
    reminded = [make_approved(live_cast.orbit) for _ in range(3)]
    ids = [deal.pk for deal in lapsed]
    Registration.objects.filter(pk__in=ids).update(answer_due_at=past)
    ids = [deal.pk for deal in reminded]
    soon = database_now() + timedelta(days=2)
    Registration.objects.filter(pk__in=ids).update(next_reminder_at=past, protected_until=soon)
    environment = {**mailing_to(postbox), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    command = (str(quick_celery), "--app", "config", "worker", "--beat", "--pool", "solo", "--loglevel", "WARNING")

    def everything() -> bool:
        done = Event.objects.filter(kind__in=["deal.expired", "deal.lapsed", "deal.reminded"]).count()
        return done >= 13 and not Notice.objects.undelivered().exists()

    with (
        running(*command, "--hostname", "one", "--schedule", str(tmp_path / "one"), **environment),
        running(*command, "--hostname", "two", "--schedule", str(tmp_path / "two"), **environment),
    ):
        finished = eventually(everything)
        # Both have looked several times more by then, and another thing comes.
        late = make_registration(live_cast.helix)
        finished = finished and eventually(lambda: Registration.objects.get(pk=late.pk).assessed_at)
        finished = finished and eventually(everything)
    assert finished
    counted = Event.objects.values_list("kind", "subject_id")
    kinds = {"deal.expired": expired, "deal.lapsed": lapsed, "deal.reminded": reminded}
    for kind, deals in kinds.items():
        assert Counter(counted.filter(kind=kind)) == {(kind, deal.public_id): 1 for deal in deals}
    assert len(postbox.mails) == Notice.objects.count()
    assert set(postbox.ids.values()) == {1}
