"""The API of direct sales: every body that is refused, every filter, and what an answer holds."""

import json
from typing import Any

import pytest
from django.test import Client

from deals.cases.models import DirectCase
from deals.direct.models import DirectOpportunity, DirectTouch
from prm.accounts.models import User
from tests.deals.direct.selling import account_of, case_at, opportunity, protected, today, touch
from tests.factories import Cast, make_account, make_token

MONEY = {"amount": "1200.00", "currency": "EUR"}


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def sent(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    return client.generic(method, f"/api/v1/direct/{path}", json.dumps(body), "application/json")


# Path, body, and the fields that the answer names. `{account}` is a customer that is there.
REFUSED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("opportunities", {}, ["account"]),
    ("opportunities", {"account": "acc_nobody"}, ["account"]),
    ("opportunities", {"account": 7}, ["account"]),
    ("opportunities", {"account": "{account}", "stage": "won"}, ["stage"]),
    ("opportunities", {"account": "{account}", "stage": "dreaming"}, ["stage"]),
    ("opportunities", {"account": "{account}", "value": 5}, ["value"]),
    ("opportunities", {"account": "{account}", "value": {"amount": "-1", "currency": "EUR"}}, ["value.amount"]),
    ("opportunities", {"account": "{account}", "value": {"amount": "1", "currency": "XXX"}}, ["value.currency"]),
    ("opportunities", {"account": "{account}", "expected_close": "soon"}, ["expected_close"]),
    ("opportunities", {"account": "{account}", "external_id": "x" * 81}, ["external_id"]),
    ("opportunities", {"account": "{account}", "surprise": 1}, ["surprise"]),
    ("touches", {}, ["account", "kind", "on"]),
    ("touches", {"account": "{account}", "kind": "dream", "on": "{today}"}, ["kind"]),
    ("touches", {"account": "{account}", "kind": "call", "on": "2001-01-01"}, ["on"]),
    ("touches", {"account": "{account}", "kind": "call", "on": "2098-01-01"}, ["on"]),
    ("touches", {"account": "{account}", "kind": "call", "on": "{today}", "note": "x" * 1001}, ["note"]),
    ("touches", {"account": "{account}", "kind": "call", "on": "{today}", "seller": "usr_x"}, ["seller"]),
    ("opportunities/{opportunity}/attach", {}, ["partner"]),
    ("opportunities/{opportunity}/attach", {"partner": "org_nobody"}, ["partner"]),
    ("opportunities/{opportunity}/attach", {"partner": "{partner}", "part": "friend"}, ["part"]),
    ("opportunities/{opportunity}/close", {}, ["closed_on", "stage"]),
    ("opportunities/{opportunity}/close", {"stage": "proposal", "closed_on": "{today}"}, ["stage"]),
    ("opportunities/{opportunity}/close", {"stage": "won", "closed_on": "{today}"}, ["value"]),
    ("opportunities/{opportunity}/close", {"stage": "lost", "closed_on": "2001-01-01"}, ["closed_on"]),
    ("cases/{case}/decide", {}, ["outcome"]),
    ("cases/{case}/decide", {"outcome": "withdrawn"}, ["outcome"]),
    ("cases/{case}/decide", {"outcome": "breach"}, ["reason"]),
    ("cases/{case}/decide", {"outcome": "permitted", "reason": " "}, ["reason"]),
    ("cases/{case}/decide", {"outcome": "permitted", "reason": "x" * 1001}, ["reason"]),
    ("cases/{case}/decide", {"outcome": "breach", "reason": "Helix Systems complained."}, ["reason"]),
]


@pytest.mark.parametrize(("path", "body", "fields"), REFUSED)
def test_body_is_refused_at_its_field(cast: Cast, path: str, body: dict[str, Any], fields: list[str]) -> None:
    case = case_at(protected(cast), cast.seller)
    made = opportunity(make_account(), cast.seller)
    known = {
        "{account}": make_account().public_id,
        "{today}": today().isoformat(),
        "{partner}": cast.helix.organisation.public_id,
    }
    path = path.replace("{opportunity}", made.public_id).replace("{case}", case.public_id)
    body = {name: known.get(value, value) if isinstance(value, str) else value for name, value in body.items()}

    answer = sent(caller(cast.pam if "cases" in path else cast.seller), "POST", path, body)

    assert answer.status_code == 400, answer.content
    assert sorted(answer.json()["errors"]) == fields
    assert (DirectOpportunity.objects.count(), DirectTouch.objects.count()) == (1, 1)
    assert DirectCase.objects.get().is_open


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("opportunities", "", 3),
        ("opportunities", "stage=proposal", 1),
        ("opportunities", "stage=won", 0),
        ("opportunities", "external_id=OPP-1", 1),
        ("opportunities", "account={account}", 2),
        ("opportunities", "page_size=1", 1),
        ("touches", "", 3),
        ("touches", "kind=mail", 1),
        ("touches", "kind=meeting", 0),
        ("touches", "external_id=ACT-1", 1),
        ("touches", "account={account}", 2),
        ("cases", "", 1),
        ("cases", "state=open", 1),
        ("cases", "state=breach", 0),
    ],
)
def test_lists_are_narrowed(cast: Cast, path: str, query: str, found: int) -> None:
    account = make_account()
    opportunity(account, cast.seller, stage="proposal")
    opportunity(account, cast.seller, external_id="OPP-1")
    opportunity(make_account(), cast.seller)
    touch(account, cast.seller, kind="mail")
    touch(account, cast.seller, external_id="ACT-1")
    case_at(protected(cast), cast.seller)

    answer = caller(cast.pam).get(f"/api/v1/direct/{path}?{query.replace('{account}', account.public_id)}")

    assert answer.status_code == 200
    assert len(answer.json()["results"]) == found


@pytest.mark.parametrize(
    "query",
    [
        "opportunities?stage=dreaming",
        "opportunities?surprise=1",
        "opportunities?stage=won&stage=lost",
        "touches?kind=dream",
        "touches?surprise=1",
        "cases?state=dreaming",
        "cases?surprise=1",
        "uplift?period=sometime",
        "uplift?period=2026Q5",
        "uplift?surprise=1",
    ],
)
def test_parameters_that_are_not_known_are_refused(cast: Cast, query: str) -> None:
    assert caller(cast.admin).get(f"/api/v1/direct/{query}").status_code == 400


def test_opportunity_is_shown_with_all_that_is_known(cast: Cast) -> None:
    client, account = caller(cast.seller), make_account()
    body = {
        "account": account.public_id,
        "products": ["telematics"],
        "stage": "qualified",
        "value": MONEY,
        "expected_close": "2027-03-31",
        "external_id": "OPP-9",
    }

    made = sent(client, "POST", "opportunities", body)
    shown = client.get(f"/api/v1/direct/opportunities/{made.json()['id']}").json()

    assert made.status_code == 201
    assert made["Location"].endswith(made.json()["id"])
    created_at = shown.pop("created_at")
    assert created_at.startswith(str(today().year))
    assert shown == {
        "id": made.json()["id"],
        "account": account.public_id,
        "seller": cast.seller.public_id,
        "products": ["telematics"],
        "stage": "qualified",
        "value": MONEY,
        "expected_close": "2027-03-31",
        "partner": None,
        "part": "",
        "closed_on": None,
        "uplift_rate": None,
        "uplift": None,
        "external_id": "OPP-9",
    }


def test_touch_is_shown_with_all_that_is_known(cast: Cast) -> None:
    account = make_account()
    body = {
        "account": account.public_id,
        "kind": "mail",
        "on": today().isoformat(),
        "note": "Two lines\nof text",
        "external_id": "ACT-9",
    }

    made = sent(caller(cast.seller), "POST", "touches", body)

    assert made.status_code == 201
    shown = made.json()
    shown.pop("created_at")
    assert shown.pop("id").startswith("dtc_")
    assert shown == {**body, "seller": cast.seller.public_id, "withdrawn_at": None}


def test_case_is_shown_to_each_side_as_far_as_it_may_read(cast: Cast) -> None:
    deal = protected(cast)
    case = case_at(deal, cast.seller)
    path = f"/api/v1/direct/cases/{case.public_id}"

    whole, part = caller(cast.pam).get(path).json(), caller(cast.seller).get(path).json()

    assert set(whole) - set(part) == {"deal", "partner", "message"}
    assert {name: whole[name] for name in part} == part
    assert (whole["deal"], whole["partner"]) == (deal.public_id, cast.helix.organisation.public_id)
    assert (part["touch"], part["opportunity"]) == (case.occasion.public_id, None)
    assert (part["account"], part["state"]) == (account_of(deal).public_id, "open")


def test_stale_change_is_refused(cast: Cast) -> None:
    made = opportunity(make_account(), cast.seller)
    client, path = caller(cast.seller), f"/api/v1/direct/opportunities/{made.public_id}"
    tag = client.get(path)["ETag"]
    first = client.patch(path, {"stage": "qualified"}, "application/json", headers={"if-match": tag})
    second = client.patch(path, {"stage": "proposal"}, "application/json", headers={"if-match": tag})

    assert (first.status_code, second.status_code) == (200, 412)
    assert DirectOpportunity.objects.get(pk=made.pk).stage == "qualified"


def test_same_key_enters_one_touch(cast: Cast) -> None:
    client = caller(cast.seller)
    body = {"account": make_account().public_id, "kind": "call", "on": today().isoformat()}
    answers = [
        client.post("/api/v1/direct/touches", body, "application/json", headers={"idempotency-key": "k1"})
        for _time in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert DirectTouch.objects.count() == 1


@pytest.mark.parametrize("verb", ["attach", "close", "withdraw", "decide"])
def test_second_call_of_a_verb_is_a_conflict(cast: Cast, verb: str) -> None:
    made, noted = opportunity(make_account(), cast.seller), touch(make_account(), cast.seller)
    case = case_at(protected(cast), cast.seller)
    paths: dict[str, tuple[str, dict[str, Any]]] = {
        "attach": (f"opportunities/{made.public_id}/attach", {"partner": cast.orbit.organisation.public_id}),
        "close": (f"opportunities/{made.public_id}/close", {"stage": "lost", "closed_on": today().isoformat()}),
        "withdraw": (f"touches/{noted.public_id}/withdraw", {}),
        "decide": (f"cases/{case.public_id}/decide", {"outcome": "breach", "reason": "Nobody was asked."}),
    }
    path, body = paths[verb]
    client = caller(cast.pam if verb == "decide" else cast.seller)

    assert [sent(client, "POST", path, body).status_code for _time in range(2)] == [200, 409]
