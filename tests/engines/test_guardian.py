"""The engines come with the first who needs them and go with the last, whatever happens in between."""

import os
import pwd
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from config.embedded import redis
from config.embedded.paths import redis_socket, socket_dir
from tests.engines.conftest import Client, eventually, pid_of, processes_of

Attach = Callable[[Path], Client]


def query(data: Path, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(host=str(socket_dir(data)), user="postgres", dbname="prm", autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def answers(data: Path) -> bool:
    try:
        return query(data, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


@pytest.mark.parametrize("name", ["data", "da ta's 50%", "d" * 120, "with,comma"])
def test_attach_starts_engines_wherever_the_data_is(place: Path, attach: Attach, name: str) -> None:
    data = place / name
    client = attach(data)
    assert client.words == "attached"
    assert query(data, "SHOW timezone") == [("UTC",)]
    assert query(data, "SELECT lower('ÄÖÉ')") == [("äöé",)]
    assert redis.ready(data)
    assert client.leave() == 0
    assert processes_of(data) == {}


def test_engines_listen_on_no_port(data: Path, attach: Attach) -> None:
    client = attach(data)
    assert query(data, "SHOW listen_addresses") == [("",)]
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(redis_socket(socket_dir(data))))
        line.sendall(b"CONFIG GET port\r\n")
        assert line.recv(100) == b"*2\r\n$4\r\nport\r\n$1\r\n0\r\n"
    client.leave()


def test_engines_run_unprivileged_when_root_starts_them(data: Path, attach: Attach) -> None:
    client = attach(data)
    owners = {Path(f"/proc/{pid_of(data, program)}").stat().st_uid for program in ("bin/postgres", "redis-server")}
    names = {entry.pw_name for entry in pwd.getpwall()}
    expected = os.geteuid() or pwd.getpwnam("prm" if "prm" in names else "nobody").pw_uid
    assert owners == {expected}
    client.leave()


def test_second_client_shares_the_engines_of_the_first(data: Path, attach: Attach) -> None:
    first = attach(data)
    server = pid_of(data, "bin/postgres")
    second = attach(data)
    assert second.words == "attached"
    assert first.leave() == 0
    assert answers(data)
    assert pid_of(data, "bin/postgres") == server
    assert second.leave() == 0
    assert processes_of(data) == {}


def test_killed_client_leaves_no_process(data: Path, attach: Attach) -> None:
    attach(data).shoot()
    assert eventually(lambda: processes_of(data) == {})


def test_data_is_kept_over_a_killed_guardian(data: Path, attach: Attach) -> None:
    first = attach(data)
    query(data, "CREATE TABLE promises AS SELECT 7 AS kept")
    os.kill(pid_of(data, "config.embedded"), signal.SIGKILL)
    second = attach(data)
    assert second.words == "attached"
    assert query(data, "SELECT kept FROM promises") == [(7,)]
    first.leave()
    second.leave()
    assert processes_of(data) == {}


@pytest.mark.parametrize("program", ["bin/postgres", "redis-server"])
def test_fallen_engine_comes_back(data: Path, attach: Attach, program: str) -> None:
    client = attach(data)
    fallen = pid_of(data, program)
    os.kill(fallen, signal.SIGKILL)
    assert eventually(lambda: any(program in line for pid, line in processes_of(data).items() if pid != fallen))
    assert eventually(lambda: answers(data) and redis.ready(data))
    client.leave()
    assert processes_of(data) == {}


def test_killed_server_and_its_stale_notes_do_not_stop_the_next_start(data: Path, attach: Attach) -> None:
    attach(data).leave()
    # After a reboot the number in the note belongs to a process that has nothing to do with us.
    note = data / "pg" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{data / 'pg'}\n")
    os.chown(note, (data / "pg").stat().st_uid, (data / "pg").stat().st_gid)
    client = attach(data)
    assert client.words == "attached"
    client.leave()


def test_half_made_cluster_is_made_again(data: Path, attach: Attach) -> None:
    attach(data).leave()
    (data / "pg").rename(data / "pg.new")
    (data / "pg.new" / "PG_VERSION").unlink()
    client = attach(data)
    assert client.words == "attached"
    assert not (data / "pg.new").exists()
    client.leave()
