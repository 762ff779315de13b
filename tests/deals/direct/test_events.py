"""What is recorded of direct sales: one event for each verb, ids and codes alone, and what a partner reads of it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from deals.cases.actions import decide_case
from deals.cases.models import DirectCase
from deals.direct.actions import attach_partner, change_opportunity, close_opportunity, withdraw_touch
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.registrations.models import Registration
from prm.audit.kinds import KINDS
from prm.audit.models import Event
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.portal.sockets import SUBJECTS
from tests.deals.direct.selling import account_of, case_at, opportunity, protected, today, touch
from tests.factories import Cast, make_account

# Kind, and whether a partner reads that it happened.
KNOWN = {
    "direct.opened": False,
    "direct.changed": False,
    "direct.attached": False,
    "direct.closed": False,
    "direct.touched": False,
    "direct.touch_changed": False,
    "direct.touch_withdrawn": False,
    "direct.case_opened": False,
    "direct.case_withdrawn": False,
    "direct.case_decided": True,
}


def last(kind: str) -> Event:
    return Event.objects.filter(kind=kind).latest("pk")


@pytest.fixture
def made(cast: Cast) -> DirectOpportunity:
    return opportunity(make_account(), cast.seller, value=Decimal(1000), currency="EUR")


@pytest.fixture
def deal(cast: Cast) -> Registration:
    return protected(cast)


def test_kinds_are_for_whom_the_table_says() -> None:
    assert {kind.name: kind.for_partners for kind in KINDS if kind.name.startswith("direct.")} == KNOWN


def test_entering_is_recorded(cast: Cast, made: DirectOpportunity) -> None:
    event = last("direct.opened")

    assert (event.subject_type, event.subject_id) == ("opportunity", made.public_id)
    assert event.data == {"account": made.account.public_id}
    assert event.organisation_id is None


def test_changing_is_recorded_with_the_names_of_the_fields(cast: Cast, made: DirectOpportunity) -> None:
    values = {"stage": "proposal", "external_id": "OPP-5"}
    change_opportunity(opportunity=made, values=values, by=cast.seller, now=database_now())

    assert last("direct.changed").data == {"fields": ["external_id", "stage"]}


def test_attaching_is_recorded_with_the_partners_id(cast: Cast, made: DirectOpportunity) -> None:
    attach_partner(opportunity=made, partner=cast.orbit.partner, part="referral", by=cast.seller, now=database_now())

    assert last("direct.attached").data == {"partner": cast.orbit.partner.public_id, "part": "referral"}


@pytest.mark.parametrize("stage", ["won", "lost", "withdrawn"])
def test_closing_is_recorded_with_how_it_ended(cast: Cast, made: DirectOpportunity, stage: str) -> None:
    close_opportunity(opportunity=made, stage=stage, closed_on=today(), by=cast.seller, now=database_now())

    assert last("direct.closed").data == {"stage": stage}


def test_touch_is_recorded_when_it_is_noted_and_taken_back(cast: Cast) -> None:
    noted = touch(make_account(), cast.seller, note="Asked Jana about next year.")
    withdraw_touch(touch=noted, by=cast.seller, now=database_now())

    expected = {"account": noted.account.public_id, "on": today().isoformat()}
    for kind in ("direct.touched", "direct.touch_withdrawn"):
        event = last(kind)
        assert (event.subject_type, event.subject_id, event.data) == ("touch", noted.public_id, expected)


def test_case_is_recorded_on_the_registration(cast: Cast, deal: Registration) -> None:
    case = case_at(deal, cast.seller)
    event = last("direct.case_opened")

    assert (event.subject_type, event.subject_id) == ("deal", deal.public_id)
    assert event.organisation_id == cast.helix.organisation.pk
    assert event.data == {"case": case.public_id, "due_at": case.due_at.isoformat()}


def test_decision_is_recorded_with_its_outcome(cast: Cast, deal: Registration) -> None:
    case = case_at(deal, cast.seller)
    about = {"reason": "Nobody was asked.", "message": "We are sorry."}
    decide_case(case=case, outcome="breach", **about, by=cast.pam, now=database_now())

    assert last("direct.case_decided").data == {"case": case.public_id, "outcome": "breach"}


def test_no_free_text_and_no_name_is_recorded(cast: Cast, deal: Registration) -> None:
    case = case_at(deal, cast.seller, note="Asked Jana about next year.")
    decide_case(case=case, outcome="breach", reason="Sven forgot.", message="Sorry.", by=cast.pam, now=database_now())
    opportunity(make_account("Werft Nordsee"), cast.seller, external_id="OPP-77")

    recorded = " ".join(str(data) for data in Event.objects.filter(kind__startswith="direct.").values_list("data"))

    for secret in ("Jana", "Sven", "Sorry", "Werft", "OPP-77", cast.seller.name, "Helix"):
        assert secret not in recorded


def refused_change(cast: Cast, made: DirectOpportunity) -> None:
    change_opportunity(opportunity=made, values={"stage": "won"}, by=cast.seller, now=database_now())


def refused_close(cast: Cast, made: DirectOpportunity) -> None:
    close_opportunity(opportunity=made, stage="proposal", closed_on=today(), by=cast.seller, now=database_now())


def refused_attachment(cast: Cast, made: DirectOpportunity) -> None:
    attach_partner(opportunity=made, partner=cast.orbit.partner, by=cast.pam, now=database_now())


@pytest.mark.parametrize("verb", [refused_change, refused_close, refused_attachment])
def test_what_is_refused_is_not_recorded(
    cast: Cast, made: DirectOpportunity, verb: Callable[[Cast, DirectOpportunity], None]
) -> None:
    before = Event.objects.count()

    with pytest.raises(Exception, match=r"."):
        verb(cast, made)

    assert Event.objects.count() == before


def test_partner_reads_of_a_case_its_outcome_alone(cast: Cast, deal: Registration) -> None:
    case = case_at(deal, cast.seller)
    opportunity(account_of(deal), cast.seller)
    decide_case(case=case, outcome="attached", by=cast.pam, now=database_now())

    own = [entry for entry in timeline("deal", deal.public_id, reader=cast.helix.admin) if "direct" in entry.kind]
    house = [entry for entry in timeline("deal", deal.public_id, reader=cast.pam) if "direct" in entry.kind]

    assert [(entry.kind, entry.data) for entry in own] == [("direct.case_decided", {"outcome": "attached"})]
    assert sorted(entry.kind for entry in house) == ["direct.case_decided", *["direct.case_opened"] * 2]
    assert case.public_id not in str([entry.data for entry in own])


def test_subject_of_an_opportunity_leads_whoever_may_read_it_there(cast: Cast, made: DirectOpportunity) -> None:
    ids = [made.public_id]

    for reader in (cast.seller, cast.pam, cast.admin):
        link = SUBJECTS["opportunity"](reader, ids)[made.public_id]
        assert (link.label, link.url) == (made.account.name, made.get_absolute_url())
    for reader in (cast.helix.admin, cast.finance, cast.expert):
        assert SUBJECTS["opportunity"](reader, ids) == {}


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (DirectTouch(kind="call", on="2026-11-24"), "Call 2026-11-24"),
        (DirectTouch(kind="mail", on="2026-11-24"), "Mail 2026-11-24"),
        (DirectTouch(kind="meeting", on="2026-11-24"), "Meeting 2026-11-24"),
    ],
)
def test_touch_says_what_it_was(row: DirectTouch, text: str) -> None:
    assert str(row) == text


def test_nouns_say_whose_they_are(cast: Cast, made: DirectOpportunity, deal: Registration) -> None:
    case = case_at(deal, cast.seller)

    assert str(made) == f"{made.account.name} · Prospecting"
    assert str(case) == f"{account_of(deal).name}: Open"


def test_case_without_an_occasion_is_a_fault() -> None:
    with pytest.raises(AssertionError):
        _found: Any = DirectCase().occasion
