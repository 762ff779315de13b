"""The contract of leads over REST: fields by role, tags, filters, repeated calls, and what is refused where."""

from typing import Any

import pytest

from deals.leads import answers
from deals.leads.models import Lead, LeadOffer
from prm.clocks.database import database_now
from tests.deals.leads.asking import MONDAY
from tests.deals.test_api import Caller
from tests.factories import Cast, make_lead, offer_to

NEED = {"customer", "country", "city", "need", "products", "value", "segment"}
LEAD = NEED | {
    *("id", "state", "website", "contact", "model", "competency", "lead_source", "external_id", "round"),
    *("created_at", "partner", "deal", "closed_at", "loss_reason", "loss_text"),
}
OFFER = {"id", "state", "lead", "partner", "offered_at", "due_at", "answered_at", "reason", "text"}
TAKEN = {"state", "website", "contact", "deal", "loss_reason", "loss_text"}
GIVEN = {
    "customer": "Kaiwerk",
    "country": "DE",
    "contact": {"name": "Ina Brink", "phone": "+49 40 1", "email": "ina@kaiwerk.example", "title": "Buyer"},
    "website": "kaiwerk.example",
    "city": "Kiel",
    "need": "A planner.",
    "lead_source": "event",
    "segment": "enterprise",
}


@pytest.fixture
def offer(cast: Cast) -> LeadOffer:
    return offer_to(cast.helix, cast.pam)


def test_fields_of_a_lead_and_of_an_offer(cast: Cast, offer: LeadOffer) -> None:
    pam, rep = Caller(cast.pam), Caller(cast.helix.rep)
    path = f"leads/offers/{offer.public_id}"
    assert set(pam.get(f"leads/{offer.lead.public_id}").json()) == LEAD
    before = rep.get(path).json()
    assert (set(before), set(before["lead"])) == (OFFER, NEED)

    rep.post(f"{path}/accept")

    after = rep.get(path).json()
    assert set(after) == OFFER | {"taken", "reports"}
    assert (set(after["taken"]), after["reports"]) == (TAKEN, [])
    assert set(pam.get(path).json()) == set(after)


def test_what_is_given_is_shown(cast: Cast) -> None:
    shown = Caller(cast.seller).post("leads", GIVEN).json()

    assert {name: shown[name] for name in GIVEN} == GIVEN
    lead = Lead.objects.get(public_id=shown["id"])
    assert (lead.customer_name, lead.customer_city, lead.contact_title, lead.source) == (
        *("Kaiwerk", "Kiel", "Buyer"),
        "event",
    )
    assert lead.created_by == cast.seller


@pytest.mark.parametrize("name", ["customer", "country", "need", "lead_source"])
def test_needed_fields_are_named_one_by_one(cast: Cast, name: str) -> None:
    answer = Caller(cast.pam).post("leads", {key: value for key, value in GIVEN.items() if key != name})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("decline", {}, "reason"),
        ("decline", {"reason": "bored"}, "reason"),
        ("decline", {"reason": "other"}, "text"),
        ("decline", {"reason": "known", "text": 5}, "text"),
        ("decline", {"reason": "known", "partner": "org_x"}, "partner"),
        ("accept", {"now": True}, "now"),
        ("report", {}, "stage"),
        ("report", {"stage": "signed"}, "stage"),
        ("report", {"stage": "meeting", "text": "x" * 1001}, "text"),
        ("lose", {}, "reason"),
        ("lose", {"reason": "price", "text": "x" * 301}, "text"),
        ("register", {"customer": "Other"}, "customer"),
    ],
)
def test_body_of_a_verb_is_checked_at_its_field(
    cast: Cast, offer: LeadOffer, verb: str, body: dict[str, Any], field: str
) -> None:
    rep, path = Caller(cast.helix.rep), f"leads/offers/{offer.public_id}"
    if verb in {"report", "lose", "register"}:
        rep.post(f"{path}/accept")

    answer = rep.post(f"{path}/{verb}", body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_stale_reader_is_told_before_anything_happens(cast: Cast, offer: LeadOffer) -> None:
    rep, path = Caller(cast.helix.rep), f"leads/offers/{offer.public_id}"
    tag = rep.get(path)["ETag"]
    assert rep.get(path, **{"If-None-Match": tag}).status_code == 304
    assert rep.post(f"{path}/accept", **{"If-Match": tag}).status_code == 200

    assert rep.post(f"{path}/report", {"stage": "meeting"}, **{"If-Match": tag}).status_code == 412
    assert rep.get(path).json()["reports"] == []
    fresh = rep.get(path)["ETag"]
    assert rep.post(f"{path}/report", {"stage": "meeting"}, **{"If-Match": fresh}).status_code == 200
    assert [one["stage"] for one in rep.get(path).json()["reports"]] == ["meeting"]


def test_tag_of_an_offer_tells_nothing_of_others(cast: Cast) -> None:
    """A partner that declined holds the same tag whatever becomes of the lead."""
    lead = make_lead(cast.pam)
    first = lead.offers.get()
    mine, theirs = (cast.helix, cast.orbit) if first.partner == cast.helix.partner else (cast.orbit, cast.helix)
    caller, path = Caller(mine.rep), f"leads/offers/{first.public_id}"
    caller.post(f"{path}/decline", {"reason": "known"})
    before = caller.get(path)

    second = lead.offers.get(state="open")
    now = database_now()
    answers.accept(offer=second, by=theirs.rep, now=now)
    answers.report(offer=second, stage="meeting", by=theirs.rep, now=now)
    answers.lose_lead(offer=second, reason="price", by=theirs.rep, now=now)

    after = caller.get(path)
    assert (after["ETag"], after.content) == (before["ETag"], before.content)


def test_repeated_call_with_its_key_is_one_lead(cast: Cast) -> None:
    pam, key = Caller(cast.pam), {"Idempotency-Key": "lead-1"}

    first, second = pam.post("leads", GIVEN, **key), pam.post("leads", GIVEN, **key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (Lead.objects.count(), LeadOffer.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Dockwerk", "Kaiwerk"]),
        ("?state=returned", ["Dockwerk"]),
        ("?state=offered", ["Kaiwerk"]),
        ("?state=lost", []),
        ("?customer=dock", ["Dockwerk"]),
        ("?external_id=crm-2", ["Dockwerk"]),
        ("?external_id=crm", []),
    ],
)
def test_leads_are_narrowed(cast: Cast, query: str, found: list[str]) -> None:
    make_lead(cast.pam, customer_name="Kaiwerk", external_id="crm-1", now=MONDAY)
    make_lead(cast.pam, customer_name="Dockwerk", external_id="crm-2", competency="docks")

    rows = Caller(cast.pam).get(f"leads{query}").json()["results"]

    assert [row["customer"] for row in rows] == found


@pytest.mark.parametrize("path", ["leads?size=large", "leads?state=nowhere", "leads/offers?partner=org_x"])
def test_unknown_filters_are_400(cast: Cast, path: str) -> None:
    assert Caller(cast.pam).get(path).status_code == 400


def test_change_keeps_what_is_not_given(cast: Cast) -> None:
    pam = Caller(cast.pam)
    made = pam.post("leads", {**GIVEN, "competency": "docks"}).json()

    changed = pam.patch(f"leads/{made['id']}", {"contact": {"phone": "+49 40 2"}, "city": ""}).json()

    assert changed["contact"] == {**GIVEN["contact"], "phone": "+49 40 2"}  # type: ignore[dict-item]
    assert changed["city"] == ""
    assert {name: changed[name] for name in LEAD - {"contact", "city"}} == {
        name: made[name] for name in LEAD - {"contact", "city"}
    }


def test_ranking_is_whole_and_in_order(cast: Cast) -> None:
    pam = Caller(cast.pam)
    first = pam.post("leads", GIVEN).json()
    second = pam.post("leads", {**GIVEN, "customer": "Second"}).json()
    places = pam.get(f"leads/{second['id']}/ranking").json()["places"]

    assert [place["number"] for place in places] == [1, 0]
    assert [place["hindrances"] for place in places] == [[], ["asked"]]
    assert [place["open_offers"] for place in places] == [1, 1]
    assert all(place["last_offered_at"] for place in places)
    one = pam.get(f"leads/{first['id']}/ranking").json()["places"]
    assert {place["partner"] for place in one} == {cast.helix.partner.public_id, cast.orbit.partner.public_id}
