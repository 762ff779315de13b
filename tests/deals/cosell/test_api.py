"""Selling together over REST, as both sides use it."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from deals.cosell.models import CoSell
from prm.accounts.models import User
from tests.deals.cosell.asking import WHY, active, asked, step
from tests.factories import Cast, make_approved, make_token

BASE = "/api/v1/co-sells"


class Caller:
    def __init__(self, user: User) -> None:
        self.client = Client(headers={"authorization": f"Bearer {make_token(user)}"})

    def get(self, path: str = "", **query: str) -> Any:
        answer = self.client.get(f"{BASE}{path}", query)
        return answer.json() if answer.status_code == 200 else answer.status_code

    def post(self, path: str = "", body: Any = None, **headers: str) -> HttpResponse:
        return self.client.post(f"{BASE}{path}", body or {}, content_type="application/json", headers=headers)


@pytest.fixture
def rep(cast: Cast) -> Caller:
    return Caller(cast.helix.rep)


@pytest.fixture
def pam(cast: Cast) -> Caller:
    return Caller(cast.pam)


def body(deal: Any, **changes: Any) -> dict[str, Any]:
    roles = [{"role": "technical", "side": "vendor"}, {"role": "lead", "side": "partner"}]
    return {"deal": deal.public_id, "help": "technical", "message": WHY, "roles": roles, **changes}


def test_request_is_answered_worked_on_and_ended(cast: Cast, rep: Caller, pam: Caller) -> None:
    deal, seller = make_approved(cast.helix), Caller(cast.seller)
    day = step("vendor").due_on.isoformat()
    given = body(deal, steps=[{"side": "vendor", "text": "Show it", "due_on": day}])
    made = rep.post(body=given)
    shown = made.json()
    path = f"/{shown['id']}"

    assert (made.status_code, made["Location"]) == (201, f"{BASE}{path}")
    found = CoSell.objects.get()
    (noted,) = found.steps.all()
    assert shown == {
        "id": found.public_id,
        "deal": deal.public_id,
        "partner": cast.helix.organisation.public_id,
        "state": "asked",
        "asked_by": "partner",
        "waits_for": "vendor",
        "help": "technical",
        "message": WHY,
        "roles": [{"role": "lead", "side": "partner"}, {"role": "technical", "side": "vendor"}],
        "partner_person": {"id": cast.helix.rep.public_id, "name": str(cast.helix.rep)},
        "vendor_person": None,
        "asked_at": shown["asked_at"],
        "due_at": shown["due_at"],
        "answered_at": None,
        "reason": "",
        "ended_at": None,
        "result": "",
        "text": "",
        "steps": [
            {
                "id": noted.public_id,
                "side": "vendor",
                "text": "Show it",
                "due_at": shown["steps"][0]["due_at"],
                "done_at": None,
            }
        ],
    }
    assert seller.get(path) == 404
    answer = pam.post(f"{path}/accept", {"person": cast.seller.public_id, "text": "Gladly."}).json()
    assert (answer["state"], answer["waits_for"], answer["text"]) == ("active", None, "Gladly.")
    assert answer["vendor_person"]["id"] == cast.seller.public_id
    assert seller.get(path) == answer
    more = rep.post(f"{path}/add-step", {"side": "partner", "text": "Send data", "due_on": day}).json()
    assert [one["text"] for one in more["steps"]] == ["Show it", "Send data"]
    done = seller.post(f"{path}/step-done", {"step": noted.public_id}).json()
    assert [one["done_at"] is None for one in done["steps"]] == [False, True]
    ended = seller.post(f"{path}/end", {"result": "done", "text": "Ordered."}).json()
    assert (ended["state"], ended["result"], ended["text"]) == ("ended", "done", "Ordered.")
    assert seller.get(path) == 404
    # Who of the vendor it is has a name for the partner, and no id.
    assert rep.get(path) == {**ended, "vendor_person": {"name": str(cast.seller)}}


def test_no_and_taking_back(cast: Cast, rep: Caller, pam: Caller) -> None:
    for verb, caller, given, expected in (
        ("decline", pam, {"reason": "not_ours"}, ("declined", "not_ours")),
        ("withdraw", rep, {}, ("withdrawn", "")),
    ):
        found = asked(cast)
        answer = caller.post(f"/{found.public_id}/{verb}", given)
        assert (answer.json()["state"], answer.json()["reason"]) == expected
        again = caller.post(f"/{found.public_id}/{verb}", given)
        assert (again.status_code, expected[0]) == (409, CoSell.objects.get(pk=found.pk).state)


def test_hand_over_is_told_and_ends_the_access(cast: Cast, rep: Caller, pam: Caller) -> None:
    found, seller = active(cast), Caller(cast.seller)
    path = f"/{found.public_id}"

    assert rep.post(f"{path}/hand-over", {"person": cast.helix.admin.public_id}).status_code == 200
    assert seller.post(f"{path}/hand-over", {"person": cast.pam.public_id}).status_code == 400
    assert pam.post(f"{path}/hand-over", {"person": cast.pam.public_id}).json()["vendor_person"]["name"] == str(
        cast.pam
    )
    assert seller.get(path) == 404
    assert pam.post(f"{path}/hand-over", {"person": cast.pam.public_id}).status_code == 409


def test_lists_are_narrowed(cast: Cast, rep: Caller, pam: Caller) -> None:
    mine, theirs, on = asked(cast), asked(cast, by=cast.pam), active(cast)
    found = {
        query: {row["id"] for row in rep.get(**dict([query.split("=")]))["results"]}
        for query in ("state=asked", "state=active", "asked_by=vendor", f"deal={on.registration.public_id}")
    }

    assert found == {
        "state=asked": {mine.public_id, theirs.public_id},
        "state=active": {on.public_id},
        "asked_by=vendor": {theirs.public_id},
        f"deal={on.registration.public_id}": {on.public_id},
    }
    assert [row["id"] for row in pam.get()["results"]] == [on.public_id, theirs.public_id, mine.public_id]
    assert (rep.get(state="wished"), rep.get(colour="red")) == (400, 400)
    assert [row["id"] for row in Caller(cast.seller).get()["results"]] == [on.public_id]
    assert Caller(cast.orbit.admin).get()["results"] == []


def test_bad_bodies_are_refused_at_their_field(cast: Cast, rep: Caller) -> None:
    deal, foreign = make_approved(cast.helix), make_approved(cast.orbit)
    lead = {"role": "lead", "side": "partner"}
    day = step("vendor").due_on.isoformat()
    table: list[tuple[dict[str, Any], str]] = [
        ({"deal": "deal_nothing"}, "deal"),
        ({"deal": foreign.public_id}, "deal"),
        ({"help": "money"}, "help"),
        ({"message": ""}, "message"),
        ({"message": 7}, "message"),
        ({"roles": []}, "roles"),
        ({"roles": [lead, {**lead, "side": "vendor"}]}, "roles"),
        ({"roles": [{"role": "king", "side": "partner"}]}, "roles"),
        ({"person": cast.seller.public_id}, "person"),
        ({"person": cast.helix.marketing.public_id}, "person"),
        ({"steps": [{"side": "vendor", "text": "Show", "due_on": "2001-01-01"}]}, "steps"),
        ({"steps": [{"side": "vendor", "text": "", "due_on": day}]}, "steps"),
        ({"colour": "red"}, "colour"),
    ]
    for changes, field in table:
        answer = rep.post(body={**body(deal), **changes})
        assert (answer.status_code, [name.partition(".")[0] for name in answer.json()["errors"]]) == (400, [field])
    assert not CoSell.objects.exists()


def test_same_key_gives_the_same_answer_and_a_stale_version_none(cast: Cast, rep: Caller, pam: Caller) -> None:
    deal = make_approved(cast.helix)
    first, second = (rep.post(body=body(deal), **{"idempotency-key": "once"}) for _ in range(2))
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert rep.post(body=body(deal)).status_code == 409
    path = f"/{first.json()['id']}"
    stale = pam.post(f"{path}/accept", {}, **{"if-match": '"old"'})
    assert (stale.status_code, CoSell.objects.get().state) == (412, "asked")
    known = pam.client.get(f"{BASE}{path}")["ETag"]
    assert pam.post(f"{path}/accept", {}, **{"if-match": known}).json()["state"] == "active"


def test_steps_of_the_other_side_are_not_ticked_off(cast: Cast, rep: Caller, pam: Caller) -> None:
    found = active(cast)
    path, day = f"/{found.public_id}", step("vendor").due_on.isoformat()
    given = {"side": "vendor", "text": "Show it", "due_on": day}
    noted = rep.post(f"{path}/add-step", given).json()["steps"][0]["id"]

    assert rep.post(f"{path}/add-step", given).status_code == 409
    assert rep.post(f"{path}/step-done", {"step": noted}).status_code == 403
    assert rep.post(f"{path}/step-done", {"step": "cst_nothing"}).status_code == 400
    assert pam.post(f"{path}/step-done", {"step": noted}).status_code == 200
    assert pam.post(f"{path}/step-done", {"step": noted}).status_code == 409
    assert rep.post(f"{path}/end", {"result": "lost"}).status_code == 400
