"""What people and programs send who mean no good, or do not care: never an error page, never somebody else's data."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Account
from prm.accounts.models import User
from tests.factories import Cast, make_account, make_token

pytestmark = pytest.mark.django_db

TEXTS = [
    "'",
    '"',
    "\\",
    "%",
    "_",
    "a:*",
    "!!!",
    "((((",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "' or 1=1 --",
    "x" * 5000,
    " " * 5000 + "x",
    "," * 5000,
    "inc " * 1200,
    "\u202e\u0410\u0421\u041c\u0415",
    "\u0301" * 3000,
    "🏢" * 200,
    "1e999",
    "-1",
]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def api(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_lists_survive_any_text_in_their_filters(cast: Cast, text: str) -> None:
    make_account("Acme")
    client = browser(cast.admin)
    for name, fields in (
        ("accounts", ("q", "country", "named", "owner", "mine")),
        ("accounts-export", ("q", "country", "named", "owner", "mine")),
        ("partners", ("q", "model", "state", "pam")),
    ):
        response = client.get(reverse(name), dict.fromkeys(fields, text))
        assert response.status_code == 200
        assert "<script>alert" not in b"".join(response).decode()
    assert client.get(reverse("accounts"), {"cursor": text}).status_code == 404


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_list_of_the_api_survives_any_text_in_its_parameters(cast: Cast, text: str) -> None:
    client = api(cast.admin)
    for name in ("q", "country", "named", "external_id", "cursor", "page_size"):
        assert client.get("/api/v1/accounts", {name: text}).status_code in {200, 400, 404}


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_names_are_stored_as_typed_or_refused_and_shown_as_text(cast: Cast, text: str) -> None:
    response = api(cast.admin).post("/api/v1/accounts", json.dumps({"name": text}), "application/json")

    assert response.status_code == (201 if len(text.strip()) <= 250 else 400)
    for account in Account.objects.all():
        html = browser(cast.admin).get(reverse("account", args=[account.public_id])).content.decode()
        assert account.name == text.strip()
        assert "<script>alert" not in html


@pytest.mark.parametrize(
    "value",
    [None, 7, 1.5, True, [], {}, ["DE"], {"name": "x"}, "x" * 1000, "\u202e"],
    ids=lambda value: repr(value)[:20],
)
def test_fields_of_the_wrong_kind_are_named(cast: Cast, value: Any) -> None:
    for field in (
        "country",
        "website",
        "segment",
        "customer_since",
        "named_account",
        "owner",
        "parent",
        "former_names",
    ):
        body = {"name": "Acme", field: value}
        response = api(cast.admin).post("/api/v1/accounts", json.dumps(body), "application/json")

        assert response.status_code in {201, 400}
        if response.status_code == 400:
            assert [path.partition(".")[0] for path in response.json()["errors"]] == [field]


@pytest.mark.parametrize("public_id", ["acc_", "0", "acc_%00", "..", "acc_" + "2" * 500, "org_22222", "ACC_222", "é"])
def test_ids_that_cannot_exist_are_not_found(cast: Cast, public_id: str) -> None:
    for path in (f"/accounts/{public_id}/", f"/partners/{public_id}/", f"/api/v1/accounts/{public_id}"):
        response = (api if "api" in path else browser)(cast.admin).get(path)
        assert response.status_code in {400, 404}
        assert public_id not in response.content.decode() or len(public_id) < 3


def test_same_request_twice_creates_one_customer(cast: Cast) -> None:
    client = api(cast.admin)
    body = json.dumps({"name": "Acme"})

    first, second = (
        client.post("/api/v1/accounts", body, "application/json", headers={"idempotency-key": "once"})
        for _time in range(2)
    )

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Account.objects.count() == 1


def test_fields_that_are_not_offered_are_not_taken_from_a_form(cast: Cast) -> None:
    account = make_account("Acme", owner=cast.seller)
    given = {
        "name": "Acme",
        "public_id": "acc_mine",
        "name_key": "other",
        "domain": "other.com",
        "owner": cast.admin.public_id,
        "created_at": "2000-01-01",
        "version": "1",
    }

    assert browser(cast.seller).post(reverse("account-edit", args=[account.public_id]), given).status_code == 302

    stored = Account.objects.get()
    assert (stored.public_id, stored.name_key, stored.domain, stored.owner, stored.created_at) == (
        account.public_id,
        "acme",
        "",
        cast.seller,
        account.created_at,
    )
