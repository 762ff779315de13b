"""Deals over the REST interface: shapes, statuses and errors as documented."""

from typing import Any

import pytest
from django.test import Client

from deals.conflicts.actions import assess_pending
from deals.registrations.models import Registration
from tests.factories import (
    MUELLER,
    Cast,
    make_account,
    make_approved,
    make_asked,
    make_assessed,
    make_draft,
    make_registration,
    make_token,
)

COMPLETE: dict[str, Any] = {
    "customer": {
        "name": "Müller Logistik GmbH",
        "website": "https://www.mueller-logistik.de/kontakt",
        "country": "DE",
        "city": "Hamburg",
        "tax_number": "DE136695976",
        "contact": {"name": "Ada Brandt", "email": "ada@mueller-logistik.de", "title": "Head of fleet"},
    },
    "products": ["fleet-cloud", {"product": "telematics", "quantity": 240}],
    "value": {"amount": "86400.00", "currency": "EUR"},
    "recurring": {"amount": {"amount": "1200.00", "currency": "EUR"}, "per": "month", "months": 36},
    "expected_close": "2027-02-28",
    "motion": "managed",
    "opportunity": "new",
    "engagement": "independent",
    "origin": "partner",
    "segment": "mid_market",
    "competitor": "TrackIt",
    "own_services": [{"name": "Roll-out", "value": {"amount": "9000.00", "currency": "EUR"}}],
    "work_done": "Found the project and ran two workshops with the head of fleet.",
    "external_id": "CRM-77",
}


class Caller:
    """A person with a token."""

    def __init__(self, user: Any) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {make_token(user)}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", body or {}, content_type="application/json", headers={**self.headers, **headers}
        )

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.patch(
            f"/api/v1/{path}", body, content_type="application/json", headers={**self.headers, **headers}
        )


@pytest.fixture
def rep(cast: Cast) -> Caller:
    return Caller(cast.helix.rep)


@pytest.fixture
def pam(cast: Cast) -> Caller:
    return Caller(cast.pam)


def test_products_are_listed(rep: Caller) -> None:
    answer = rep.get("products").json()

    assert [set(product) for product in answer["results"]] == [{"id", "slug", "name"}] * 3
    assert [product["slug"] for product in answer["results"]] == ["fleet-cloud", "route-planner", "telematics"]


def test_deal_is_created_as_a_draft_with_everything_that_was_given(rep: Caller, cast: Cast) -> None:
    answer = rep.post("deals", COMPLETE)

    deal = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/deals/{deal['id']}"
    assert deal["state"] == "draft"
    assert deal["partner"] == {"id": cast.helix.organisation.public_id, "name": "Helix Systems"}
    assert deal["customer"] == COMPLETE["customer"]
    assert [(line["product"], line["quantity"]) for line in deal["products"]] == [
        ("fleet-cloud", 1),
        ("telematics", 240),
    ]
    for name in ("value", "recurring", "expected_close", "motion", "segment", "own_services", "external_id"):
        assert deal[name] == COMPLETE[name], name
    assert {"id", "reference", "state", "priority_at", "decision_due_at", "protected_until"} <= set(deal)


def test_complete_draft_is_submitted(rep: Caller) -> None:
    deal = rep.post("deals", COMPLETE).json()

    answer = rep.post(f"deals/{deal['id']}/submit")

    assert answer.status_code == 200
    assert answer.json()["state"] == "submitted"
    assert answer.json()["priority_at"].endswith("Z")
    assert answer.json()["decision_due_at"] > answer.json()["priority_at"]


def test_registration_is_created_and_submitted_in_one_request(rep: Caller, pam: Caller) -> None:
    answer = rep.post("deals", COMPLETE | {"submit": True}, **{"Idempotency-Key": "at-once"})
    again = rep.post("deals", COMPLETE | {"submit": True}, **{"Idempotency-Key": "at-once"})

    deal = answer.json()
    assert (answer.status_code, deal["state"]) == (201, "submitted")
    assert deal["decision_due_at"] > deal["priority_at"]
    assert again.json() == deal
    assert deal == rep.get(f"deals/{deal['id']}").json()
    assert answer["ETag"] == rep.get(f"deals/{deal['id']}")["ETag"]
    kinds = [entry["kind"] for entry in rep.get(f"deals/{deal['id']}/timeline").json()["results"]]
    assert kinds == ["deal.submitted"]
    assert assess_pending() == 1
    assert pam.get(f"deals/{deal['id']}/findings").json()["state"] == "assessed"


def test_what_cannot_be_submitted_at_once_is_not_kept(rep: Caller, cast: Cast) -> None:
    make_registration(cast.helix, **MUELLER)

    incomplete = rep.post("deals", {"customer": {"name": "Aster Foods"}, "submit": True})
    repeated = rep.post("deals", COMPLETE | {"submit": True})
    unclear = rep.post("deals", COMPLETE | {"submit": "yes"})
    kept = rep.post("deals", COMPLETE | {"submit": False})

    assert [answer.status_code for answer in (incomplete, repeated, unclear, kept)] == [400, 409, 400, 201]
    assert "work_done" in incomplete.json()["errors"]
    assert list(unclear.json()["errors"]) == ["submit"]
    assert Registration.objects.exclude(state="draft").count() == 1
    assert [deal["id"] for deal in rep.get("deals?state=draft").json()["results"]] == [kept.json()["id"]]


def test_draft_needs_only_a_name(rep: Caller) -> None:
    assert rep.post("deals", {"customer": {"name": "Aster Foods"}}).status_code == 201
    for body in ({}, {"customer": {}}, {"customer": {"name": "  "}}):
        answer = rep.post("deals", body)
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["customer.name"]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("customer", {"name": "A", "website": "ftp://example.com"}, "customer.website"),
        ("customer", {"name": "A", "website": "javascript:alert(1)"}, "customer.website"),
        ("customer", {"name": "A", "country": "ZZ"}, "customer.country"),
        ("customer", {"name": "A", "contact": {"email": "nobody"}}, "customer.contact.email"),
        ("customer", {"name": "A" * 201}, "customer.name"),
        ("customer", {"name": "A", "nickname": "B"}, "customer.nickname"),
        ("products", ["unknown"], "products"),
        ("products", ["fleet-cloud", "fleet-cloud"], "products"),
        ("products", "fleet-cloud", "products"),
        ("value", {"amount": "-5", "currency": "EUR"}, "value.amount"),
        ("value", {"amount": "NaN", "currency": "EUR"}, "value.amount"),
        ("value", {"amount": "1_000", "currency": "EUR"}, "value.amount"),
        ("value", {"amount": "0.001", "currency": "EUR"}, "value.amount"),
        ("value", {"amount": "10", "currency": "eur"}, "value.currency"),
        ("value", {"amount": "10.50", "currency": "JPY"}, "value.amount"),
        ("recurring", {"amount": "10", "per": "decade", "months": 3}, "recurring.per"),
        ("recurring", {"amount": {"amount": "10", "currency": "USD"}, "per": "month", "months": 3}, "recurring"),
        ("expected_close", "2027-02-30", "expected_close"),
        ("expected_close", "9999-12-31", "expected_close"),
        ("motion", "theft", "motion"),
        ("engagement", "lazy", "engagement"),
        ("work_done", {"text": "no"}, "work_done"),
        ("state", "approved", "state"),
        ("priority_at", "2020-01-01T00:00:00Z", "priority_at"),
    ],
)
def test_bad_value_is_refused_at_its_field(rep: Caller, field: str, value: Any, path: str) -> None:
    answer = rep.post("deals", {**COMPLETE, field: value})

    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert [name for name in answer.json()["errors"] if name.startswith(path)], answer.json()
    assert Registration.objects.count() == 0


def test_website_may_be_a_host_name_or_empty(rep: Caller) -> None:
    for website in ("", "mueller-logistik.de", "https://mueller-logistik.de", "HTTP://www.mueller-logistik.de/a?b=c"):
        answer = rep.post("deals", {"customer": {"name": "A", "website": website}})
        assert answer.status_code == 201, answer.content


def test_draft_is_changed_in_part(rep: Caller) -> None:
    deal = rep.post("deals", COMPLETE).json()

    answer = rep.patch(f"deals/{deal['id']}", {"customer": {"city": "Bremen"}, "products": ["telematics"]})

    assert answer.status_code == 200
    changed = answer.json()
    assert changed["customer"]["city"] == "Bremen"
    assert changed["customer"]["name"] == "Müller Logistik GmbH"
    assert [line["product"] for line in changed["products"]] == ["telematics"]


def test_submitted_deal_cannot_be_changed(rep: Caller, cast: Cast) -> None:
    registration = make_registration(cast.helix)

    answer = rep.patch(f"deals/{registration.public_id}", {"work_done": "Something quite different now."})

    assert answer.status_code == 409
    assert answer.json()["state"] == "submitted"


def test_stale_if_match_is_412_and_a_fresh_one_passes(rep: Caller, cast: Cast) -> None:
    draft = make_draft(cast.helix)
    path = f"deals/{draft.public_id}"
    tag = rep.get(path)["ETag"]

    assert rep.patch(path, {"competitor": "TrackIt"}, **{"If-Match": tag}).status_code == 200
    assert rep.patch(path, {"competitor": "Other"}, **{"If-Match": tag}).status_code == 412
    assert rep.post(f"{path}/submit", {}, **{"If-Match": tag}).status_code == 412
    fresh = rep.get(path)["ETag"]
    assert rep.post(f"{path}/submit", {}, **{"If-Match": fresh}).status_code == 200


def test_missing_fields_of_a_submit_are_named_by_path(rep: Caller) -> None:
    deal = rep.post("deals", {"customer": {"name": "Aster Foods"}}).json()

    answer = rep.post(f"deals/{deal['id']}/submit")

    assert answer.status_code == 400
    assert sorted(answer.json()["errors"]) == [
        *("customer.country", "engagement", "expected_close", "motion", "products", "value", "work_done")
    ]


def test_own_duplicate_is_409_and_names_the_own_registration(rep: Caller, cast: Cast) -> None:
    first = make_registration(cast.helix, **MUELLER)
    second = make_draft(cast.helix, **MUELLER)

    answer = rep.post(f"deals/{second.public_id}/submit")

    assert answer.status_code == 409
    assert first.reference in answer.json()["detail"]


def test_foreign_deal_reads_like_a_missing_one(rep: Caller, cast: Cast) -> None:
    foreign = make_registration(cast.orbit)

    for verb in ("", "/submit", "/withdraw", "/answer", "/approve", "/reject", "/ask", "/win", "/lose"):
        call = rep.post if verb else rep.get
        theirs = call(f"deals/{foreign.public_id}{verb}")
        missing = call(f"deals/deal_missing{verb}")
        assert (theirs.status_code, theirs.content) == (404, missing.content), verb


def test_vendor_verbs_are_403_for_the_partner_and_the_other_way_round(rep: Caller, pam: Caller, cast: Cast) -> None:
    path = f"deals/{make_registration(cast.helix).public_id}"

    for verb, body in (("approve", {}), ("reject", {"reason": "other", "message": "x"}), ("ask", {"message": "x"})):
        assert rep.post(f"{path}/{verb}", body).status_code == 403, verb
    assert rep.get(f"{path}/findings").status_code == 403
    for verb in ("submit", "withdraw", "answer", "win", "lose"):
        assert pam.post(f"{path}/{verb}", {}).status_code == 403, verb


def test_findings_carry_evidence_and_a_recommendation(pam: Caller, cast: Cast) -> None:
    holder = make_approved(cast.orbit, **MUELLER)
    pending = make_registration(cast.helix, **MUELLER)
    path = f"deals/{pending.public_id}/findings"

    assert pam.get(path).json()["state"] == "pending"
    assess_pending()

    shown = pam.get(path).json()
    finding = shown["findings"][0]
    assert shown["state"] == "assessed"
    assert (finding["kind"], finding["band"], finding["clause"]) == ("rival_protection", "block", "3.1")
    assert 0.9 <= finding["score"] <= 1
    assert finding["subject"]["id"] == holder.public_id
    assert "Orbit Solutions" in finding["subject"]["label"]
    assert all(set(item) == {"rule", "text"} for item in finding["evidence"])
    assert set(shown["recommendation"]) == {"outcome", "because", "unless"}
    assert shown["recommendation"]["outcome"] == "reject"


def test_deal_goes_from_question_to_win(rep: Caller, pam: Caller, cast: Cast) -> None:
    path = f"deals/{make_assessed(cast.helix).public_id}"

    asked = pam.post(f"{path}/ask", {"message": "How many vehicles?", "fields": ["work_done", "value"]})
    assert (asked.status_code, asked.json()["state"]) == (200, "asked")
    question = rep.get(path).json()["question"]
    assert (question["message"], question["fields"]) == ("How many vehicles?", ["value", "work_done"])

    body = {"message": "240.", "work_done": "Two workshops and a pilot with 240 vehicles."}
    answered = rep.post(f"{path}/answer", body)
    assert (answered.status_code, answered.json()["state"]) == (200, "submitted")
    assert answered.json()["work_done"] == body["work_done"]

    approved = pam.post(f"{path}/approve", {"message": "Good luck!"})
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    assert approved.json()["protected_until"] is not None
    assert approved.json()["decision"]["outcome"] == "exclusive"
    assert approved.json()["terms"]["rate"] == "0.2"

    value = {"amount": "90000.00", "currency": "EUR"}
    won = rep.post(f"{path}/win", {"closed_on": "2026-01-05", "early_reason": "Signed.", "value": value})
    assert (won.status_code, won.json()["state"]) == (200, "won")
    assert won.json()["won_value"] == {"amount": "90000.00", "currency": "EUR"}


def test_verb_that_does_not_fit_the_state_is_409_with_the_state(rep: Caller, pam: Caller, cast: Cast) -> None:
    approved = make_approved(cast.helix)
    path = f"deals/{approved.public_id}"

    for caller, verb, body in (
        (rep, "submit", {}),
        (rep, "withdraw", {}),
        (rep, "answer", {}),
        (pam, "approve", {}),
        (pam, "ask", {"message": "?"}),
        (pam, "reject", {"reason": "other", "message": "No"}),
    ):
        answer = caller.post(f"{path}/{verb}", body)
        assert (answer.status_code, answer.json()["state"]) == (409, "approved"), verb
        assert "Approved" in answer.json()["detail"]
    assert Registration.objects.get().version == approved.version


def test_answer_takes_only_what_was_asked(rep: Caller, cast: Cast) -> None:
    path = f"deals/{make_asked(cast.helix, fields=['work_done']).public_id}/answer"

    for body in ({"competitor": "TrackIt"}, {"products": ["telematics"]}, {"customer": {"city": "Bremen"}}):
        answer = rep.post(path, {"message": "Here", **body})
        assert answer.status_code == 400, body


def test_reason_is_needed_to_reject_and_text_to_ask(pam: Caller, cast: Cast) -> None:
    path = f"deals/{make_registration(cast.helix).public_id}"

    assert sorted(pam.post(f"{path}/reject", {}).json()["errors"]) == ["message", "reason"]
    assert sorted(pam.post(f"{path}/ask", {}).json()["errors"]) == ["message"]
    assert pam.post(f"{path}/ask", {"message": "?", "fields": ["customer.name"]}).status_code == 400


def test_vendor_alone_reads_the_account(rep: Caller, pam: Caller, cast: Cast) -> None:
    account = make_account("Aster Foods AG", website="aster-foods.de")
    deal = make_approved(cast.helix, customer_name="Aster Foods", customer_website="aster-foods.de")

    assert pam.get(f"deals/{deal.public_id}").json()["account"] == account.public_id
    assert not {"account", "override_reason"} & set(rep.get(f"deals/{deal.public_id}").json())


def test_vendor_reads_no_drafts(pam: Caller, cast: Cast) -> None:
    draft = make_draft(cast.helix)

    assert pam.get("deals").json()["results"] == []
    assert pam.get(f"deals/{draft.public_id}").status_code == 404


def test_list_is_filtered(rep: Caller, cast: Cast) -> None:
    draft, submitted = make_draft(cast.helix), make_registration(cast.helix, **MUELLER)

    def ids(query: str) -> list[str]:
        return [deal["id"] for deal in rep.get(f"deals?{query}").json()["results"]]

    assert ids("") == [submitted.public_id, draft.public_id]
    assert ids("state=draft") == [draft.public_id]
    assert ids("customer=müller") == [submitted.public_id]
    assert ids(f"reference={submitted.reference}") == [submitted.public_id]
    assert rep.get("deals?sort=value").status_code == 400
    assert rep.get("deals?state=nonsense").status_code == 400


def test_timeline_tells_each_side_what_it_may_know(rep: Caller, pam: Caller, cast: Cast) -> None:
    path = f"deals/{make_assessed(cast.helix).public_id}/timeline"

    assert [e["kind"] for e in rep.get(path).json()["results"]] == ["deal.drafted", "deal.submitted"]
    assert [e["kind"] for e in pam.get(path).json()["results"]] == ["deal.drafted", "deal.submitted", "deal.assessed"]


def test_reply_to_a_submit_is_the_same_whoever_holds_the_customer(cast: Cast) -> None:
    make_approved(cast.orbit, **MUELLER)
    rep = Caller(cast.helix.rep)
    bodies = []
    for name, site in (("Müller Logistik GmbH", "mueller-logistik.de"), ("Kettner Getreide KG", "kettner-getreid.de")):
        body = {**COMPLETE, "customer": {"name": name, "website": site, "country": "DE"}}
        deal = rep.post("deals", body).json()
        bodies.append(rep.post(f"deals/{deal['id']}/submit").json())

    assert set(bodies[0]) == set(bodies[1])
    own = {"id", "reference", "customer", "created_at", "priority_at", "decision_due_at"}
    assert {k: v for k, v in bodies[0].items() if k not in own} == {k: v for k, v in bodies[1].items() if k not in own}
