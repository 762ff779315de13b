"""What cannot work is said in one sentence, before anything is written where it does not belong."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from config.embedded import postgres, redis
from config.embedded.account import Account, require_way
from config.embedded.claim import claim, private_dir, require_room
from config.embedded.door import listen, stand_alone, wanted_port
from config.embedded.errors import EngineError
from tests.engines.conftest import Client

Attach = Callable[[Path], Client]


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(EngineError) as caught:
        call()
    return str(caught.value)


def test_directory_with_other_things_is_refused(data: Path) -> None:
    data.mkdir()
    (data / "thesis.odt").touch()
    assert refusal(lambda: claim(data, cluster=True)) == (
        f"The data directory {data} holds something else (thesis.odt): set PRM_DATA to an empty or a new directory."
    )
    assert [entry.name for entry in data.iterdir()] == ["thesis.odt"]


def test_directory_of_somebody_else_is_refused(data: Path) -> None:
    data.mkdir()
    somebody = 54321
    if os.geteuid() == 0:
        os.chown(data, somebody, somebody)
        name, where = f"number {somebody}", data
    else:
        name, where = "root", Path("/usr")
    assert refusal(lambda: claim(where, cluster=True)) == (
        f"The data directory {where} belongs to the user {name}: "
        f"start as that user, or set PRM_DATA to a directory of your own."
    )


def test_file_in_the_place_of_the_directory_is_refused(data: Path) -> None:
    data.touch()
    assert refusal(lambda: claim(data, cluster=True)) == f"The data directory {data} cannot be used: File exists."


def test_overlong_path_is_refused(place: Path) -> None:
    data = place.joinpath(*["d" * 200] * 5)
    length = len(str(data))
    assert refusal(lambda: claim(data, cluster=True)) == (
        f"The data directory's path is too long ({length} bytes, 900 fit)."
    )
    assert list(place.iterdir()) == []


def test_overlong_name_is_refused(place: Path) -> None:
    data = place / ("d" * 300)
    assert refusal(lambda: stand_alone(data)) == f"The data directory {data} cannot be used: File name too long."


def test_full_disk_is_refused(place: Path) -> None:
    need = 10**18
    assert refusal(lambda: require_room(place, need)).startswith(f"The disk of {place} is full: ")


def test_claimed_directory_is_accepted_again_whatever_came_into_it(data: Path) -> None:
    claim(data, cluster=True)
    (data / "anything").touch()
    claim(data, cluster=True)


def test_cluster_of_another_version_is_refused(data: Path, attach: Attach) -> None:
    (data / "pg").mkdir(parents=True)
    (data / "pg" / "PG_VERSION").write_text("12\n")
    (data / ".prm").touch()
    assert attach(data).words == (
        f"{data / 'pg'} was made by PostgreSQL 12, this one is {postgres.major(postgres.binaries())}: "
        f"dump it with the old release and restore it into a new data directory."
    )


def test_closed_directory_above_is_named(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    guest = Account("guest", 54321, 54321)
    assert refusal(lambda: require_way(guest, closed / "pg")) == (
        f"{closed} is closed to the user guest, who runs the engines when root starts them: "
        f"move the project (to /opt, say), or start it as an ordinary user."
    )
    closed.chmod(0o711)
    require_way(guest, closed / "pg")


def test_link_in_the_place_of_the_sockets_is_refused(place: Path) -> None:
    (place / "run").symlink_to(place)
    assert refusal(lambda: private_dir(place / "run", None)) == (
        f"{place / 'run'} belongs to somebody else: remove it or set PRM_DATA."
    )


def test_missing_wheel_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "WHEEL", "no_such_wheel")
    assert refusal(postgres.binaries).endswith("): set DATABASE_URL to a PostgreSQL 14 or newer.")


def test_missing_redis_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "WHEEL", "no_such_wheel")
    monkeypatch.setenv("PATH", "")
    assert refusal(redis.binary) == (
        "There is no Redis: install redis-server or valkey-server, or set REDIS_URL to one."
    )


def test_port_in_use_is_said() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refusal(lambda: listen(port)) == (
            f"Port {port} is in use by another program: stop it, or choose another port (PORT={port + 1})."
        )


@pytest.mark.parametrize("text", ["http", "-1", "65536", "8000.0"])
def test_port_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    assert refusal(wanted_port) == f"PORT must be a number up to 65535, not {text!r}."


def test_second_start_says_where_the_first_one_answers(data: Path) -> None:
    first = stand_alone(data)
    first.write("http://localhost:8123")
    assert refusal(lambda: stand_alone(data)) == "Already running at http://localhost:8123."
    first.close()
    stand_alone(data).close()
