"""What is logged can be read by a machine, found again, and holds no secret."""

import json
import logging
import sys
from typing import Any

import pytest
from django.test import Client

from prm.accounts.models import User
from prm.api.logs import JsonLines, request_id
from tests.api.conftest import API, secret_of


def formatted(message: str, *args: object, **extra: Any) -> dict[str, Any]:
    record = logging.LogRecord("prm.test", logging.WARNING, __file__, 1, message, args, extra.pop("exc_info", None))
    vars(record).update(extra)
    line = JsonLines().format(record)
    assert "\n" not in line
    read: dict[str, Any] = json.loads(line)
    return read


def test_event_is_one_json_line() -> None:
    request_id.set("")
    line = formatted("Somebody called %s", 'Eve"\n{"level": "info"}', status_code=403)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "prm.test",
        "message": 'Somebody called Eve"\n{"level": "info"}',
        "status": 403,
    }


def test_traceback_is_on_the_same_line() -> None:
    try:
        raise ValueError("inside")
    except ValueError:
        line = formatted("It broke", exc_info=sys.exc_info())
    assert line["traceback"].endswith("ValueError: inside")


@pytest.mark.django_db
def test_answer_and_log_carry_the_same_id(caplog: pytest.LogCaptureFixture) -> None:
    answer = Client().get(f"{API}/me")
    assert request_id.get() == answer["X-Request-Id"]
    assert formatted("x")["request"] == answer["X-Request-Id"]
    assert [record.getMessage() for record in caplog.records] == ["Unauthorized: /api/v1/me"]


@pytest.mark.django_db
def test_every_request_has_its_own_id() -> None:
    assert Client().get("/page")["X-Request-Id"] != Client().get("/page")["X-Request-Id"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "kept"),
    [("proxy-1234.abc", True), ("short", False), ("x" * 65, False), ("with space", False), ('"quoted"12', False)],
)
def test_id_of_a_proxy_is_kept_when_it_is_a_plain_name(sent: str, kept: bool) -> None:
    answer = Client().get("/page", headers={"x-request-id": sent})
    assert (answer["X-Request-Id"] == sent) is kept


@pytest.mark.django_db
def test_refused_request_has_an_id_too() -> None:
    assert len(Client().get("/page?q=%00")["X-Request-Id"]) == 16


@pytest.mark.django_db
def test_secrets_are_not_logged(admin: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = secret_of(admin)
    client = Client(headers={"authorization": f"Bearer {secret}"})
    client.post(f"{API}/things", {"name": "", "country": "canary"}, content_type="application/json")
    client.get(f"{API}/things/canary-id?token={secret}")
    logged = " ".join(JsonLines().format(record) for record in caplog.records if record.name != "django.db.backends")
    assert secret not in logged
    assert '"canary"' not in logged
