"""Many clients at once, over HTTP, on a real database; each with the control that fails."""

import http.client
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from prm.accounts.models import Organisation, User
from tests.api.conftest import API, secret_of

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 20


class Caller:
    def __init__(self, url: str, secret: str) -> None:
        self.host, self.secret = urlsplit(url).netloc, secret

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any, bool]:
        """Status, body, and whether the answer was given before."""
        sent = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json", **headers}
        with closing(http.client.HTTPConnection(self.host, timeout=60)) as line:
            line.request("POST", API + path, json.dumps(body or {}), sent)
            answer = line.getresponse()
            content = answer.read()
            return answer.status, json.loads(content), answer.getheader("Idempotency-Replayed") == "true"

    def patch(self, path: str, body: Any, tag: str) -> int:
        sent = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json", "If-Match": tag}
        with closing(http.client.HTTPConnection(self.host, timeout=60)) as line:
            line.request("PATCH", API + path, json.dumps(body), sent)
            answer = line.getresponse()
            answer.read()
            return answer.status


@pytest.fixture
def caller(live_server: Any, admin: User) -> Caller:
    return Caller(live_server.url, secret_of(admin))


def many(work: Any) -> list[Any]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(work, range(CLIENTS)))


def test_twenty_with_one_key_make_one_row(caller: Caller) -> None:
    body = {"name": "slow one"}
    answers = many(lambda _n: caller.post("/things", body, **{"Idempotency-Key": "k"}))
    assert Counter(status for status, _body, _replayed in answers) == {201: CLIENTS}
    assert len({answer["id"] for _status, answer, _replayed in answers}) == 1
    assert Counter(replayed for _status, _body, replayed in answers) == {False: 1, True: CLIENTS - 1}
    assert Organisation.objects.filter(name="slow one").count() == 1


def test_control_without_the_key_row_there_are_several(caller: Caller) -> None:
    body = {"name": "slow one"}
    many(lambda _n: caller.post("/forgetful", body, **{"Idempotency-Key": "k"}))
    assert Organisation.objects.filter(name="slow one").count() == CLIENTS


def test_twenty_keys_make_twenty_rows(caller: Caller) -> None:
    answers = many(lambda n: caller.post("/things", {"name": "slow each"}, **{"Idempotency-Key": f"k{n}"}))
    assert Counter(status for status, _body, _replayed in answers) == {201: CLIENTS}
    assert Organisation.objects.filter(name="slow each").count() == CLIENTS


def test_the_one_that_fails_lets_the_next_one_try(caller: Caller) -> None:
    answers = many(lambda _n: caller.post("/things", {"name": "refused"}, **{"Idempotency-Key": "k"}))
    assert Counter(status for status, _body, _replayed in answers) == {409: CLIENTS}
    assert Organisation.objects.filter(name="written before the refusal").count() == 0


def test_twin_of_an_endless_request_gives_up_with_409(caller: Caller, admin: User) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into api_idempotencykey (principal_id, key, fingerprint, created_at, status, headers, body) "
                "values (%s, 'k', '', now(), 0, '{}', '')",
                [admin.pk],
            )
        status, body, _replayed = caller.post("/things", {"name": "waits"}, **{"Idempotency-Key": "k"})
    assert (status, body["type"]) == (409, "urn:prm:problem:busy")
    assert Organisation.objects.filter(name="waits").count() == 0


def test_twenty_verbs_without_a_key_one_wins(caller: Caller, helix: Organisation) -> None:
    answers = many(lambda _n: caller.post(f"/things/{helix.public_id}/close"))
    assert Counter(status for status, _body, _replayed in answers) == {200: 1, 409: CLIENTS - 1}
    helix.refresh_from_db()
    assert helix.name == "Helix (closed)"


def test_twenty_changes_of_one_known_state_one_wins(caller: Caller, helix: Organisation, as_admin: Any) -> None:
    path = f"/things/{helix.public_id}"
    tag = as_admin.get(API + path)["ETag"]
    statuses = many(lambda n: caller.patch(path, {"name": f"Helix {n}"}, tag))
    assert Counter(statuses) == {200: 1, 412: CLIENTS - 1}
