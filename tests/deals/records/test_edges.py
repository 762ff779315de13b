"""Forms, files and rows of partners of record at their edges."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404, QueryDict

from deals.records.forms import AnswerProofForm, AppointForm, ConsentForm, DecideForm, EndForm, ProofForm, RecordFilter
from deals.records.listing import HEADER, LISTING, filter_of
from deals.records.models import LONGEST_NAME, LONGEST_TEXT, PartnerOfRecord, RecordProof
from deals.records.states import TONES, Ending, RecordState, Source
from partners.states import PartnerState
from prm.clocks.database import database_now
from tests.deals.records.asking import SHOWN, appointed, asked, confirmed, moved
from tests.deals.test_api import Caller
from tests.factories import Cast, make_account

NAMED: dict[str, Any] = {"consented_by": "Ines Wolf", "consented_on": "2026-11-20", "consent_text": SHOWN}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"since": "2026-12-01"}, []),
        ({"since": "soon"}, ["since"]),
        ({"since": "1999-12-31"}, ["since"]),
        ({"consented_by": ""}, ["consented_by"]),
        ({"consented_by": "x" * (LONGEST_NAME + 1)}, ["consented_by"]),
        ({"consented_by": "Ines\x00Wolf"}, ["consented_by"]),
        ({"consented_on": ""}, ["consented_on"]),
        ({"consented_on": "20.11.2026"}, ["consented_on"]),
        ({"consent_text": ""}, ["consent_text"]),
        ({"consent_text": "x" * (LONGEST_TEXT + 1)}, ["consent_text"]),
        (
            {"consent_text": "", "consented_by": "", "consented_on": ""},
            ["consent_text", "consented_by", "consented_on"],
        ),
    ],
    ids=str,
)
def test_form_of_a_consent(db: None, changes: dict[str, str], wrong: list[str]) -> None:
    form = ConsentForm(NAMED | changes)

    assert sorted(form.errors) == wrong


@pytest.mark.parametrize(
    ("form", "given", "wrong", "read"),
    [
        (DecideForm, {"decision": "yes"}, [], {"accept": True, "message": ""}),
        (DecideForm, {"decision": "no", "message": "No."}, [], {"accept": False, "message": "No."}),
        (DecideForm, {}, ["decision"], None),
        (DecideForm, {"decision": "maybe"}, ["decision"], None),
        (DecideForm, {"decision": "no", "message": "x" * (LONGEST_TEXT + 1)}, ["message"], None),
        (AnswerProofForm, {"decision": "yes", "message": "Fine."}, [], {"accept": True, "message": "Fine."}),
        (AnswerProofForm, {"message": "Fine."}, ["decision"], None),
        (ProofForm, {"text": "Reviews."}, [], {"text": "Reviews."}),
        (ProofForm, {"text": " "}, ["text"], None),
        (EndForm, {"reason": "Asked for."}, [], {"on": None, "reason": "Asked for."}),
        (EndForm, {"on": "2026-11-31", "reason": "x"}, ["on"], None),
        (EndForm, {"on": "", "reason": ""}, ["reason"], None),
    ],
    ids=str,
)
def test_forms_of_the_verbs(form: Any, given: dict[str, str], wrong: list[str], read: dict[str, Any] | None) -> None:
    bound = form(given)

    assert sorted(bound.errors) == wrong
    assert read is None or bound.given() == read


def test_form_of_an_appointment_offers_active_partners(cast: Cast) -> None:
    helix, orbit = cast.helix.organisation, cast.orbit.organisation
    cast.orbit.partner.state = next(state for state in PartnerState if state != PartnerState.ACTIVE)
    cast.orbit.partner.save()
    form = AppointForm({**NAMED, "partner": helix.public_id}, by=cast.pam)

    assert form.is_valid(), form.errors
    assert form.given()["partner"] == cast.helix.partner
    assert list(AppointForm({**NAMED, "partner": orbit.public_id}, by=cast.pam).errors) == ["partner"]
    assert list(AppointForm({**NAMED}, by=cast.pam).errors) == ["partner"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ostwerk", "Westwerk", "asked"]),
        ("state=standing", ["Ostwerk"]),
        ("state=ended", ["Westwerk"]),
        ("state=asked", ["asked"]),
        ("state=refused", []),
        ("q=werk", ["Ostwerk", "Westwerk"]),
        ("q=OST", ["Ostwerk"]),
        ("q=ost&state=ended", []),
        ("q=nobody", []),
    ],
)
def test_list_is_narrowed_by_name_and_state(cast: Cast, query: str, found: list[str]) -> None:
    appointed(cast, cast.orbit, make_account("Ostwerk"))
    ended = moved(appointed(cast, cast.orbit, make_account("Westwerk")), 400)
    ended.state, ended.end_reason, ended.ended_at = RecordState.ENDED, Ending.TIME, database_now()
    ended.next_reminder_at = None
    ended.save()
    record = asked(cast.helix)
    form = RecordFilter(QueryDict(query), reader=cast.pam)
    assert form.is_valid()

    rows = form.narrowed(PartnerOfRecord.objects.with_nouns())

    names = sorted("asked" if row == record else row.customer_name for row in rows)
    assert names == found
    assert form.is_narrowed == bool(query)


def test_nonsense_in_the_address_of_the_list_is_no_page(cast: Cast) -> None:
    with pytest.raises(Http404):
        filter_of(cast.pam, QueryDict("state=strange"))


def test_file_says_who_consented_and_why_it_ended(cast: Cast) -> None:
    record = confirmed(asked(cast.helix), cast.pam)
    rows = LISTING.found(cast.helix.rep, QueryDict(""))
    [cells] = LISTING.cells(rows, cast.helix.rep)

    assert record.registration is not None
    assert dict(zip(HEADER, cells, strict=True)) == {
        "Record": record.public_id,
        "Customer": record.customer_name,
        "Partner": "Helix Systems",
        "State": "Partner of record",
        "Since": record.since,
        "Until": record.until,
        "Because": "Asked for by the partner",
        "Registration": record.registration.reference,
        "Consented by": "Ines Wolf, head of IT",
        "Consented on": record.consented_on,
        "Consent": SHOWN,
        "Ended because": "",
    }
    assert not LISTING.found(cast.orbit.rep, QueryDict("")).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"granted": True},
        {"granted": False, "message": "No."},
        {"granted": False, "decided_at": "now"},
        {"decided_at": "now"},
        {"due_at": "now"},
    ],
    ids=str,
)
def test_database_keeps_proofs_whole(cast: Cast, changes: dict[str, Any]) -> None:
    record, now = appointed(cast, cast.helix), database_now()
    values = {"text": "Reviews.", "given_at": now, "due_at": now + timedelta(days=2), **changes}
    values = {name: now if value == "now" else value for name, value in values.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        RecordProof.objects.create(record=record, **values)


def test_database_knows_one_waiting_proof(cast: Cast) -> None:
    record, now = appointed(cast, cast.helix), database_now()
    about = {"record": record, "text": "Reviews.", "given_at": now, "due_at": now + timedelta(days=2)}
    RecordProof.objects.create(**about)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordProof.objects.create(**about)
    RecordProof.objects.create(**about, granted=True, decided_at=now)

    assert RecordProof.objects.waiting().count() == 1


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("decide", {}, ["accept"]),
        ("decide", {"accept": "yes"}, ["accept"]),
        ("decide", {"accept": None}, ["accept"]),
        ("decide", {"accept": False}, ["message"]),
        ("decide", {"accept": True, "message": 5}, ["message"]),
        ("decide", {"accept": True, "note": "x"}, ["note"]),
        ("end", {}, ["reason"]),
        ("end", {"reason": ""}, ["reason"]),
        ("end", {"reason": "x", "on": "tomorrow"}, ["on"]),
        ("end", {"reason": "x", "on": "1999-01-01"}, ["on"]),
        ("end", {"reason": "x" * (LONGEST_TEXT + 1)}, ["reason"]),
    ],
    ids=str,
)
def test_bad_bodies_are_refused_at_their_field(cast: Cast, path: str, body: dict[str, Any], wrong: list[str]) -> None:
    record = asked(cast.helix)
    answer = Caller(cast.pam).post(f"records/{record.public_id}/{path}", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, wrong)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"deal": "deal_x"}, ["deal"]),
        ({"deal": None}, ["deal"]),
        ({"consented_by": ""}, ["consented_by"]),
        ({"consented_on": "yesterday"}, ["consented_on"]),
        ({"consent_text": ""}, ["consent_text"]),
        ({"consent_text": "Too short."}, ["consent_text"]),
        ({"since": "2099-01-01"}, ["since"]),
        ({"account": "acc_x"}, ["account"]),
    ],
    ids=str,
)
def test_bad_requests_to_become_one(cast: Cast, changes: dict[str, Any], wrong: list[str]) -> None:
    record = confirmed(asked(cast.helix), cast.pam, accept=False, message="No.")
    assert record.registration is not None
    day = database_now().date().isoformat()
    body = {**NAMED, "consented_on": day, "deal": record.registration.public_id, **changes}
    answer = Caller(cast.helix.rep).post("records", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, wrong)


def test_every_state_has_its_tone_and_every_code_its_words() -> None:
    assert set(TONES) == set(RecordState)
    assert all(str(code.label) for codes in (RecordState, Source, Ending) for code in codes)


@pytest.mark.parametrize(
    ("changes", "days", "taken"),
    [
        ({}, -91, False),
        ({}, -90, True),
        ({}, -30, True),
        ({}, 0, True),
        ({}, 1, False),
        ({"end_reason": Ending.CUSTOMER}, -30, False),
        ({"end_reason": Ending.VENDOR}, -30, False),
        ({"state": RecordState.ASKED}, -30, False),
        ({"state": RecordState.REFUSED}, -30, False),
        ({"state": RecordState.ENDED}, -30, False),
        ({"proof_from": None}, -30, False),
    ],
    ids=str,
)
def test_proof_is_taken_in_its_days_alone(changes: dict[str, Any], days: int, taken: bool) -> None:
    until = date(2027, 4, 30)
    values = {"state": RecordState.STANDING, "since": until, "until": until, "proof_from": until - timedelta(days=90)}
    record = PartnerOfRecord(**{**values, **changes})

    assert record.takes_proof(until + timedelta(days=days)) == taken
    assert record.is_in_force(until + timedelta(days=1), waits=True) == (record.state == RecordState.STANDING)
    assert not record.is_in_force(until + timedelta(days=1), waits=False)
