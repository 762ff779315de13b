"""Limits hold, say when to come back, and never stand in the way of reading."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from prm.accounts.models import AttemptWindow, User
from prm.api import throttling
from tests.api.conftest import API, bearer

pytestmark = pytest.mark.django_db

ME = f"{API}/me"


@pytest.fixture(autouse=True)
def narrow(settings: Any) -> None:
    settings.PRM_API_REQUESTS_PER_MINUTE = 3


def statuses(client: Client, count: int) -> list[int]:
    return [client.get(ME).status_code for _ in range(count)]


def test_requests_over_the_limit_are_429_with_a_time(as_admin: Client) -> None:
    AttemptWindow.objects.all().delete()
    answers = [as_admin.get(ME) for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 2
    assert refused[0]["Content-Type"] == "application/problem+json"
    assert 1 <= int(refused[0]["Retry-After"]) <= 60


def test_limit_is_per_token_and_per_person(admin: User, support: User) -> None:
    first, second, other = bearer(admin), bearer(admin), bearer(support)
    statuses(first, 8)
    assert statuses(second, 1) == [200]
    assert statuses(other, 1) == [200]


def test_session_is_limited_too(admin: User) -> None:
    client = Client()
    client.force_login(admin)
    assert 429 in statuses(client, 8)


def test_strangers_are_not_counted(db: None) -> None:
    statuses(Client(), 5)
    assert AttemptWindow.objects.count() == 0


def test_reading_goes_on_when_counting_fails_and_writing_does_not(
    as_admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> int:
        raise DatabaseError("no counting today")

    monkeypatch.setattr(throttling, "attempt", broken)
    assert as_admin.get(ME).status_code == 200
    with pytest.raises(DatabaseError):
        as_admin.post(f"{API}/things", {"name": "x"}, content_type="application/json")
