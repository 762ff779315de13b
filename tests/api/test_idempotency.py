"""The same request twice has one effect."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prm.accounts.models import Organisation, User
from prm.api.idempotency import KEPT, forget_before
from prm.api.models import IdempotencyKey
from prm.clocks.database import database_now
from tests.api.conftest import API, bearer

pytestmark = pytest.mark.django_db

JSON = "application/json"


def create(client: Client, name: str = "One", key: str | None = "k1", path: str = "/things") -> Any:
    headers = {} if key is None else {"idempotency-key": key}
    return client.post(API + path, {"name": name}, content_type=JSON, headers=headers)


def close(client: Client, organisation: Organisation, key: str) -> Any:
    return client.post(
        f"{API}/things/{organisation.public_id}/close", content_type=JSON, headers={"idempotency-key": key}
    )


def made() -> list[str]:
    return sorted(Organisation.objects.exclude(name__in=["Helix", "Orbit", "Vendor"]).values_list("name", flat=True))


def test_second_answer_is_the_first_one_again(as_admin: Client) -> None:
    first, second = create(as_admin), create(as_admin)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (first["ETag"], first["Location"]) == (second["ETag"], second["Location"])
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert made() == ["One"]


def test_control_without_a_key_every_request_counts(as_admin: Client) -> None:
    assert [create(as_admin, key=None).status_code for _ in range(2)] == [201, 201]
    assert made() == ["One", "One"]


def test_verb_is_repeated_without_a_conflict(as_admin: Client, helix: Organisation) -> None:
    first, second = close(as_admin, helix, "a"), close(as_admin, helix, "a")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert close(as_admin, helix, "b").status_code == 409


def test_verb_is_repeated_although_the_tag_is_old_by_now(as_admin: Client, helix: Organisation) -> None:
    path = f"{API}/things/{helix.public_id}"
    headers = {"idempotency-key": "a", "if-match": as_admin.get(path)["ETag"]}
    answers = [as_admin.post(f"{path}/close", content_type=JSON, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("other", ["body", "path", "spelling", "query"])
def test_same_key_for_another_request_is_422(as_admin: Client, helix: Organisation, other: str) -> None:
    create(as_admin)
    if other == "body":
        answer = create(as_admin, name="Two")
    elif other == "path":
        answer = close(as_admin, helix, "k1")
    elif other == "spelling":
        raw, headers = b'{ "name": "One" }', {"idempotency-key": "k1"}
        answer = as_admin.post(f"{API}/things", raw, content_type=JSON, headers=headers)
    else:
        answer = create(as_admin, path="/things?x=1")
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:prm:problem:idempotency_key_reused"
    assert made() == ["One"]


def test_keys_belong_to_a_person(as_admin: Client, as_pam: Client, pam: User, admin: User) -> None:
    pam.memberships.update(roles=["programme_admin"])
    assert create(as_admin).json()["id"] != create(as_pam).json()["id"]
    assert sorted(IdempotencyKey.objects.values_list("principal_id", flat=True)) == sorted([admin.pk, pam.pk])


def test_two_tokens_of_a_person_share_their_keys(admin: User) -> None:
    assert create(bearer(admin)).content == create(bearer(admin)).content
    assert made() == ["One"]


@pytest.mark.parametrize(("name", "status"), [("refused", 409), ("", 400)])
def test_failure_is_not_remembered_and_leaves_nothing(as_admin: Client, name: str, status: int) -> None:
    assert [create(as_admin, name=name).status_code for _ in range(2)] == [status, status]
    assert IdempotencyKey.objects.count() == 0
    assert made() == []
    assert create(as_admin).status_code == 201


def test_right_that_was_lost_is_not_replayed(as_admin: Client, admin: User) -> None:
    create(as_admin)
    admin.memberships.update(roles=["support"])
    assert create(as_admin).status_code == 403


def test_key_is_free_again_after_a_day(as_admin: Client) -> None:
    create(as_admin)
    IdempotencyKey.objects.update(created_at=database_now() - KEPT - timedelta(seconds=1))
    again = create(as_admin, name="Two")
    assert again.status_code == 201
    assert "Idempotency-Replayed" not in again
    assert create(as_admin, name="Two")["Idempotency-Replayed"] == "true"
    assert made() == ["One", "Two"]


def test_key_is_kept_for_a_day(as_admin: Client) -> None:
    create(as_admin)
    IdempotencyKey.objects.update(created_at=database_now() - KEPT + timedelta(minutes=1))
    assert create(as_admin)["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 201, "tab\there"])
def test_odd_key_is_400(as_admin: Client, key: str) -> None:
    assert create(as_admin, key=key).status_code == 400
    assert made() == []


@pytest.mark.parametrize("key", ["x", "x" * 200, '"quoted-as-in-the-draft"', "a3c1-!#$%&'*+.^_`|~:;,<>()[]{}@?=/\\"])
def test_visible_ascii_is_a_key(as_admin: Client, key: str) -> None:
    assert [create(as_admin, key=key).status_code for _ in range(2)] == [201, 201]
    assert made() == ["One"]


def test_forgetting_spares_the_young(as_admin: Client) -> None:
    create(as_admin, key="old")
    create(as_admin, key="young")
    now = database_now()
    IdempotencyKey.objects.filter(key="old").update(created_at=now - timedelta(hours=30))
    assert forget_before(now - KEPT) == 1
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["young"]


def test_body_is_kept_as_it_was_answered(as_admin: Client) -> None:
    answer = create(as_admin, name="Grüße 株")
    row = IdempotencyKey.objects.get()
    assert json.loads(row.body) == answer.json()
    assert row.body.encode() == answer.content
    assert row.status == 201
