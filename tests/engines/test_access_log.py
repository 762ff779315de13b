"""What the web server writes down of each request, as a real process."""

import http.client
import re
import signal
import socket
from collections.abc import Callable
from contextlib import closing

import pytest

from config import gunicorn
from prm.accounts.resets import promise_reset, reset_path
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.factories import Cast, make_token
from tests.processes import eventually, start

SERVE = ("-m", "gunicorn", "--config", "python:config.gunicorn")
# As it was, and as a server has it by itself.
PLAIN = "%(m)s %(U)s %(s)s %(M)s ms"


def free_port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def ask(port: int, path: str, headers: dict[str, str]) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", path, headers=headers)
        return line.getresponse().status


def answers(port: int) -> Callable[[], bool]:
    def look() -> bool:
        try:
            return ask(port, "/healthz", {}) == 200
        except OSError:
            return False

    return look


def written(paths: list[str], headers: dict[str, str], *options: str) -> list[str]:
    """All lines of a web server that was asked for these paths, its log at its most talkative."""
    port = free_port()
    server = start(*SERVE, *options, "--bind", f"127.0.0.1:{port}", "--workers", "1", LOG_LEVEL="DEBUG")
    try:
        assert eventually(answers(port))
        for path in paths:
            ask(port, path, headers)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        lines = (server.output + server.log).splitlines()
        server.close()
    return lines


def secrets_and_paths(cast: Cast) -> tuple[list[str], list[str], dict[str, str]]:
    promise_reset(cast.helix.rep, database_now())
    link = reset_path(Notice.objects.latest("pk"))
    key, token = link.rstrip("/").rpartition("-")[2], make_token(cast.helix.rep)
    paths = [link, f"{link}%00", f"/api/v1/deals/{token}", f"/api/v1/me?token={token}", "/x%0aGET%20/forged%20200"]
    return [key, token], paths, {"Authorization": f"Bearer {token}"}


@pytest.mark.django_db(transaction=True)
def test_access_log_has_neither_keys_nor_tokens_nor_forged_lines(live_cast: Cast) -> None:
    secrets, paths, headers = secrets_and_paths(live_cast)

    lines = written(paths, headers)

    assert [line for line in lines if any(secret in line for secret in secrets)] == []
    assert [line for line in lines if line.startswith("GET /forged")] == []
    assert "GET /auth/password/reset/key/***/ 302" in [re.sub(r" \d+ ms$", "", line) for line in lines]


@pytest.mark.django_db(transaction=True)
def test_control_plain_access_log_has_all_of_them(live_cast: Cast) -> None:
    secrets, paths, headers = secrets_and_paths(live_cast)

    lines = written(paths, headers, "--access-logformat", PLAIN)

    assert {secret for secret in secrets if any(secret in line for line in lines)} == set(secrets)
    assert [line for line in lines if line.startswith("GET /forged")] != []


def test_format_of_the_access_log_names_no_other_part_of_the_address() -> None:
    assert re.findall(r"%\(([^)]+)\)s", gunicorn.access_log_format) == ["m", "{prm.path}e", "s", "M"]
