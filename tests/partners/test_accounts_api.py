"""Customers over REST."""

import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partners.models import Account
from prm.accounts.models import User
from tests.factories import Cast, make_account, make_token

ACCOUNTS = "/api/v1/accounts"

pytestmark = pytest.mark.django_db


def api(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def post(user: User, body: dict[str, Any], **headers: str) -> Any:
    return api(user).post(ACCOUNTS, json.dumps(body), "application/json", headers=headers)


def patch(user: User, account: Account, body: dict[str, Any], **headers: str) -> Any:
    url = f"{ACCOUNTS}/{account.public_id}"
    return api(user).patch(url, json.dumps(body), "application/json", headers=headers)


def names(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def test_whole_customer_as_an_administrator_reads_it(cast: Cast) -> None:
    parent = make_account("Group")
    account = make_account(
        "Müller GmbH", external_id="x1", website="mueller.de", owner=cast.seller, parent=parent, named_account=True
    )

    body = api(cast.admin).get(f"{ACCOUNTS}/{account.public_id}").json()

    assert body == {
        "id": account.public_id,
        "name": "Müller GmbH",
        "country": "DE",
        "city": "",
        "external_id": "x1",
        "former_names": [],
        "website": "mueller.de",
        "tax_number": "",
        "segment": "",
        "owner": {"id": cast.seller.public_id, "name": cast.seller.name},
        "named_account": True,
        "customer_since": None,
        "parent": parent.public_id,
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
    }


def test_seller_reads_who_and_where_and_everything_of_the_own(cast: Cast) -> None:
    own = make_account("Own", city="Kiel", owner=cast.seller)
    other = make_account("Other", city="Bonn", website="canary.com", owner=cast.admin)
    client = api(cast.seller)

    detail = client.get(f"{ACCOUNTS}/{other.public_id}").json()
    listed = {row["name"]: set(row) for row in client.get(ACCOUNTS).json()["results"]}

    assert detail == {"id": other.public_id, "name": "Other", "country": "DE", "city": "Bonn"}
    assert listed["Other"] == set(detail)
    assert listed["Own"] == set(client.get(f"{ACCOUNTS}/{own.public_id}").json()) > set(detail)


def test_customers_do_not_exist_for_partners(cast: Cast) -> None:
    account = make_account()
    for person in (cast.helix.admin, cast.expert, cast.finance):
        client = api(person)
        found = client.get(f"{ACCOUNTS}/{account.public_id}")
        missing = client.get(f"{ACCOUNTS}/acc_nothing")

        assert (found.status_code, found.content) == (404, missing.content)
        assert client.get(ACCOUNTS).status_code == 403
        assert post(person, {"name": "X"}).status_code == 403
        assert patch(person, account, {"name": "X"}).status_code == 404
    assert Client().get(ACCOUNTS).status_code == 401


def test_customer_is_created_and_answered_with_its_address(cast: Cast) -> None:
    response = post(
        cast.admin,
        {
            "name": "Acme",
            "country": "XK",
            "website": "https://acme.com/x",
            "owner": cast.seller.public_id,
            "segment": "enterprise",
        },
    )

    account = Account.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"{ACCOUNTS}/{account.public_id}"
    assert (account.name, account.country, account.domain, account.owner, account.created_by) == (
        "Acme",
        "XK",
        "acme.com",
        cast.seller,
        cast.admin,
    )


def test_seller_creates_for_oneself_and_gives_nothing_away(cast: Cast) -> None:
    assert post(cast.seller, {"name": "Acme"}).json()["owner"]["id"] == cast.seller.public_id
    assert post(cast.seller, {"name": "Bolt", "owner": cast.admin.public_id}).status_code == 403

    account = Account.objects.get()
    assert patch(cast.seller, account, {"owner": cast.admin.public_id}).status_code == 403
    assert patch(cast.seller, account, {"owner": cast.seller.public_id, "city": "Kiel"}).json()["city"] == "Kiel"


def test_who_may_not_write_is_told_so(cast: Cast) -> None:
    account = make_account(owner=cast.admin)

    assert [post(person, {"name": "X"}).status_code for person in (cast.pam, cast.executive)] == [403, 403]
    assert [patch(person, account, {"city": "X"}).status_code for person in (cast.pam, cast.seller)] == [403, 403]


REFUSED = [
    ({}, "name"),
    ({"name": ""}, "name"),
    ({"name": "x" * 251}, "name"),
    ({"name": 7}, "name"),
    ({"name": "A", "country": "ZZ"}, "country"),
    ({"name": "A", "country": "Germany"}, "country"),
    ({"name": "A", "website": "javascript:alert(1)"}, "website"),
    ({"name": "A", "website": "ftp://acme.com"}, "website"),
    ({"name": "A", "segment": "nobles"}, "segment"),
    ({"name": "A", "owner": "usr_nobody"}, "owner"),
    ({"name": "A", "parent": "acc_nothing"}, "parent"),
    ({"name": "A", "named_account": "yes"}, "named_account"),
    ({"name": "A", "customer_since": "2023-02-29"}, "customer_since"),
    ({"name": "A", "external_id": ""}, "external_id"),
    ({"name": "A", "colour": "red"}, "colour"),
]


@pytest.mark.parametrize(("body", "field"), REFUSED)
def test_input_that_cannot_be_taken_is_named_by_its_field(cast: Cast, body: dict[str, Any], field: str) -> None:
    response = post(cast.admin, body)

    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert not Account.objects.exists()


def test_partner_people_cannot_own_customers(cast: Cast) -> None:
    assert post(cast.admin, {"name": "A", "owner": cast.helix.admin.public_id}).status_code == 400


def test_external_id_that_is_taken_is_refused(cast: Cast) -> None:
    make_account(external_id="x1")

    response = post(cast.admin, {"name": "A", "external_id": "x1"})

    assert (response.status_code, list(response.json()["errors"])) == (400, ["external_id"])


def test_change_needs_the_version_it_was_made_for(cast: Cast) -> None:
    account = make_account("Acme", city="Kiel")
    tag = api(cast.admin).get(f"{ACCOUNTS}/{account.public_id}")["ETag"]

    first = patch(cast.admin, account, {"city": "Bonn"}, **{"if-match": tag})
    second = patch(cast.admin, account, {"city": "Jena"}, **{"if-match": tag})

    assert (first.status_code, first.json()["city"], second.status_code) == (200, "Bonn", 412)
    account.refresh_from_db()
    assert (account.city, account.version) == ("Bonn", 2)


def test_change_of_nothing_keeps_the_version(cast: Cast) -> None:
    account = make_account("Acme")

    response = patch(cast.admin, account, {"name": "Acme"})

    account.refresh_from_db()
    assert (response.status_code, account.version) == (200, 1)


def test_list_is_filtered_and_paged_by_name(cast: Cast) -> None:
    for name, country in (("Zeta", "DE"), ("Ägypten Reisen", "FR"), ("Mitte", "DE")):
        make_account(name, country=country, named_account=name == "Mitte", external_id=name[:1])
    client = api(cast.admin)

    assert names(client.get(ACCOUNTS)) == ["Ägypten Reisen", "Mitte", "Zeta"]
    assert names(client.get(ACCOUNTS, {"q": "aegyp"})) == ["Ägypten Reisen"]
    assert names(client.get(ACCOUNTS, {"country": "DE"})) == ["Mitte", "Zeta"]
    assert names(client.get(ACCOUNTS, {"named": "true"})) == ["Mitte"]
    assert names(client.get(ACCOUNTS, {"external_id": "Z"})) == ["Zeta"]
    assert client.get(ACCOUNTS, {"colour": "red"}).status_code == 400

    page = client.get(ACCOUNTS, {"page_size": 2}).json()
    assert [row["name"] for row in page["results"]] == ["Ägypten Reisen", "Mitte"]
    assert names(client.get(page["next"])) == ["Zeta"]


def queries(client: Client, url: str) -> int:
    response: HttpResponse
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, {"page_size": 100} if url == ACCOUNTS else {})
    assert response.status_code == 200
    return len(captured)


def test_number_of_queries_does_not_depend_on_the_number_of_rows(cast: Cast) -> None:
    client = api(cast.admin)
    parent = make_account(owner=cast.seller)
    queries(client, ACCOUNTS)
    counts = []
    for wanted in (1, 10, 100):
        while Account.objects.count() < wanted:
            make_account(owner=cast.seller, parent=parent)
        counts.append((queries(client, ACCOUNTS), queries(client, f"{ACCOUNTS}/{parent.public_id}")))

    assert counts == [counts[0]] * 3
    assert max(counts[0]) <= 8
