"""Limits hold, say when to come back, and never stand in the way of reading."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError
from django.db.models import F
from django.test import Client

from prm.accounts.attempts import Counted
from prm.accounts.models import AttemptWindow, Organisation, User
from prm.api import throttling
from prm.clocks.database import database_now
from tests.api.conftest import API, bearer, person, secret_of

pytestmark = pytest.mark.django_db

ME = f"{API}/me"
CLIENTS, PER_MINUTE = 20, 3
Limit = tuple[str, int]


@pytest.fixture(autouse=True)
def narrow(settings: Any) -> None:
    settings.PRM_API_REQUESTS_PER_MINUTE = PER_MINUTE


@pytest.fixture
def shared(settings: Any) -> None:
    """The limit of an organisation instead."""
    settings.PRM_API_REQUESTS_PER_MINUTE, settings.PRM_API_REQUESTS_PER_MINUTE_ORGANISATION = 1000, PER_MINUTE


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


@pytest.mark.usefixtures("shared")
def test_organisation_is_limited_over_its_people_tokens_and_sessions(
    admin: User, support: User, helix: Organisation
) -> None:
    signed_in = Client()
    signed_in.force_login(support)
    callers = [bearer(admin), bearer(admin), bearer(support), signed_in]

    answers = [client.get(ME) for _round in range(3) for client in callers]

    assert passed(answers) == allowed(f"api-organisation:{helix.pk}")
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= len(answers) - 2 * PER_MINUTE
    assert {answer["Content-Type"] for answer in refused} == {"application/problem+json"}
    assert all(1 <= int(answer["Retry-After"]) <= 60 for answer in refused)


@pytest.mark.usefixtures("shared")
def test_organisation_that_used_up_its_own_takes_nothing_from_another(
    admin: User, support: User, orbit: Organisation, pam: User
) -> None:
    exhausted = [statuses(bearer(user), 4) for user in (admin, support)]
    rival = bearer(person(orbit, "partner_admin"))

    assert 429 in exhausted[1]
    assert (statuses(rival, 1), statuses(bearer(pam), 1)) == ([200], [200])


def test_what_a_token_was_refused_uses_up_nothing_of_its_organisation(as_admin: Client, helix: Organisation) -> None:
    answers = [as_admin.get(ME) for _time in range(12)]

    counted = AttemptWindow.objects.filter(key=f"api-organisation:{helix.pk}")
    assert sum(window.count for window in counted) == passed(answers) < 12


def test_limit_ends_when_it_said(as_admin: Client) -> None:
    refused = next(answer for answer in (as_admin.get(ME) for _time in range(12)) if answer.status_code == 429)
    # The minute that was refused is over when the database's clock says so: its window is moved into the past.
    AttemptWindow.objects.update(window=F("window") - timedelta(seconds=int(refused["Retry-After"]) + 60))

    assert as_admin.get(ME).status_code == 200


def passed(answers: list[Any]) -> int:
    return sum(answer.status_code == 200 for answer in answers)


def allowed(key: str) -> int:
    """How many could pass: a minute may end while a test asks, and then there are two windows."""
    return sum(min(window.count, PER_MINUTE) for window in AttemptWindow.objects.filter(key=key))


def burst(url: str, secrets: list[str]) -> list[int]:
    """Statuses of one call with each token, all at once."""

    def ask(secret: str) -> int:
        with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)) as line:
            line.request("GET", ME, headers={"Authorization": f"Bearer {secret}"})
            return line.getresponse().status

    with ThreadPoolExecutor(len(secrets)) as pool:
        return list(pool.map(ask, secrets))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared")
def test_limit_of_an_organisation_holds_in_a_burst(live_server: Any, admin: User, helix: Organisation) -> None:
    answers = burst(live_server.url, [secret_of(admin) for _client in range(CLIENTS)])

    assert set(answers) == {200, 429}
    assert answers.count(200) == allowed(f"api-organisation:{helix.pk}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared")
def test_control_counting_in_two_steps_lets_a_burst_through(
    live_server: Any, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: dict[str, int] = {}
    everybody_has_read = Barrier(CLIENTS, timeout=30)

    def read_then_write(_first: Limit, second: Limit, *, window_seconds: int) -> Counted:
        key, limit = second
        seen = counts.get(key, 0)
        everybody_has_read.wait()
        counts[key] = seen + 1
        return Counted(0 if seen < limit else window_seconds, database_now())

    monkeypatch.setattr(throttling, "attempt_both", read_then_write)
    answers = burst(live_server.url, [secret_of(admin) for _client in range(CLIENTS)])

    assert answers == [200] * CLIENTS


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

    monkeypatch.setattr(throttling, "attempt_both", broken)
    assert as_admin.get(ME).status_code == 200
    with pytest.raises(DatabaseError):
        as_admin.post(f"{API}/things", {"name": "x"}, content_type="application/json")
