"""The question that the supervisor asks the web, against a socket that answers as slowly as we like."""

import socket
from collections.abc import Iterator

import pytest

from config.embedded.probe import Probe
from config.embedded.supervisor import reachable
from tests.engines.conftest import eventually


@pytest.fixture
def web() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        yield listener


@pytest.fixture
def probe(web: socket.socket) -> Iterator[Probe]:
    asking = Probe(*reachable(web.fileno()))
    yield asking
    asking.close()


def statuses(probe: Probe, web: socket.socket, answer: bytes) -> list[int]:
    """What the probe hears from now on until it hears something, and whether it has hung up then."""
    assert probe.look() == 0
    line, _ = web.accept()
    with line:
        assert line.recv(1000).startswith(b"GET /readyz HTTP/1.0\r\n")
        assert probe.look() == 0
        line.sendall(answer)
    heard: list[int] = []
    eventually(lambda: bool(heard.append(probe.look()) or heard[-1]), 1)
    return sorted(set(heard))


def test_status_is_heard_when_it_comes(probe: Probe, web: socket.socket) -> None:
    assert statuses(probe, web, b"HTTP/1.1 503 Service Unavailable\r\n\r\n") in ([503], [0, 503])


def test_answer_in_pieces_is_put_together(probe: Probe, web: socket.socket) -> None:
    probe.look()
    line, _ = web.accept()
    with line:
        line.sendall(b"HTTP/1.1 2")
        assert probe.look() == 0
        line.sendall(b"00 OK\r\n")
        assert eventually(lambda: probe.look() == 200)


def test_hang_up_is_no_answer_and_is_asked_again(probe: Probe, web: socket.socket) -> None:
    assert statuses(probe, web, b"") == [0]
    assert statuses(probe, web, b"HTTP/1.1 200 OK\r\n") in ([200], [0, 200])


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        target = reachable(gone.fileno())
    probe = Probe(*target)
    assert [probe.look(), probe.look()] == [0, 0]


def test_socket_open_to_all_is_asked_by_way_of_the_loopback() -> None:
    with socket.create_server(("0.0.0.0", 0)) as everywhere:
        port = everywhere.getsockname()[1]
        assert reachable(everywhere.fileno()) == (socket.AF_INET, "127.0.0.1", port)
