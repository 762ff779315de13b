"""Cases: what opens them, how they end, who is told what, and what the two sides may read."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.cases.actions import decide_case, open_cases
from deals.cases.models import DirectCase
from deals.decisions.actions import approve
from deals.direct.actions import attach_partner, change_opportunity, close_opportunity, withdraw_touch
from deals.direct.models import DirectOpportunity
from deals.registrations.actions import lose
from deals.registrations.models import Registration
from deals.sockets import decisions_waiting
from prm.accounts.models import User
from prm.audit.models import Event
from prm.audit.selectors import timeline
from prm.calendars.selectors import calendar_at
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.deals.direct.selling import account_of, case_at, opportunity, protected, today, touch
from tests.factories import MUELLER, Cast, make_account, make_approved, make_registration


def decide(case: DirectCase, by: User, outcome: str = "permitted", **given: Any) -> DirectCase:
    values = {"reason": "Agreed before the protection began.", **given}
    return decide_case(case=case, outcome=outcome, by=by, now=database_now(), **values)


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return [(row.user.email if row.user else "", row.title) for row in rows]


def test_touch_at_a_protected_customer_opens_a_case(cast: Cast) -> None:
    deal = protected(cast)
    case = case_at(deal, cast.seller)

    assert (case.registration, case.seller, case.state) == (deal, cast.seller, "open")
    assert case.protected_until == deal.protected_until
    assert case.due_at == calendar_at(cast.pam, case.opened_at).due(case.opened_at, 2)
    assert told("deal.direct_case") == [
        ("pam@vendor.example", "Our own sales at a protected customer: Müller Logistik GmbH")
    ]
    waiting = decisions_waiting(cast.pam, database_now(), 10)
    assert [(item.url, item.due_at) for item in waiting] == [(case.get_absolute_url(), case.due_at)]
    assert decisions_waiting(cast.pam2, database_now(), 10) == []


def test_nothing_is_opened_where_nothing_is_protected(cast: Cast) -> None:
    deal = protected(cast)
    lose(registration=deal, reason="price", by=cast.helix.rep, now=database_now())
    make_registration(cast.orbit, cast.products["telematics"])

    later = touch(make_account(), cast.seller)
    yesterday = touch(account_of(deal), cast.seller, on=today() - timedelta(days=1))

    assert (later.cases.count(), yesterday.cases.count()) == (0, 0)


def test_touch_on_a_day_of_a_protection_that_has_ended_meets_it(cast: Cast) -> None:
    deal = protected(cast)
    lose(registration=deal, reason="price", by=cast.helix.rep, now=database_now())

    assert case_at(deal, cast.seller).registration == deal


def test_another_entry_of_the_same_customer_meets_the_protection_too(cast: Cast) -> None:
    deal = protected(cast)
    twin = make_account("Mueller Logistik", country="DE", city="Hamburg", website="mueller-logistik.de")

    assert touch(twin, cast.seller).cases.get().registration == deal


def test_each_protection_is_met_once(cast: Cast) -> None:
    deal = protected(cast)
    make_approved(cast.orbit, cast.products["telematics"], **MUELLER)
    made = opportunity(account_of(deal), cast.seller)

    assert {case.registration.partner for case in made.cases.all()} == {cast.helix.partner, cast.orbit.partner}
    assert open_cases(occasion=made, by=cast.seller, now=database_now()) == []
    twice = DirectCase(opportunity=made, registration=deal, opened_at=made.created_at, due_at=database_now())
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()


def test_opportunity_meets_what_is_protected_of_its_products(cast: Cast) -> None:
    deal = protected(cast)
    made = opportunity(account_of(deal), cast.seller, cast.products["telematics"])
    assert made.cases.count() == 0

    products = list(cast.products.values())
    change_opportunity(opportunity=made, values={}, products=products, by=cast.seller, now=database_now())

    assert made.cases.get().registration == deal


@pytest.mark.parametrize(("outcome", "tone"), [("permitted", "accent"), ("breach", "bad"), ("attached", "good")])
def test_outcome_is_told_to_both_sides_in_their_own_words(cast: Cast, outcome: str, tone: str) -> None:
    deal = protected(cast)
    case = decide(case_at(deal, cast.seller), cast.pam, outcome, message="We have talked to our seller.")

    assert (case.state, case.tone, case.decided_by) == (outcome, tone, cast.pam)
    label = case.get_state_display()
    contact = Notice.objects.get(kind="deal.direct_contact")
    assert (contact.user, contact.title) == (cast.helix.rep, f"Our own sales at Müller Logistik GmbH: {label}")
    assert contact.body.endswith("We have talked to our seller.")
    assert "Agreed before" not in contact.body
    assert told("deal.direct_case")[1] == ("seller@vendor.example", f"{label}: your case at Müller Logistik GmbH")
    read = [
        entry
        for entry in timeline("deal", deal.public_id, reader=cast.helix.rep)
        if entry.kind == "direct.case_decided"
    ]
    assert [entry.data for entry in read] == [{"outcome": outcome}]


def test_seller_who_stands_back_closes_the_case_and_the_partner_is_not_told(cast: Cast) -> None:
    deal = protected(cast)
    noted, made = touch(account_of(deal), cast.seller), opportunity(account_of(deal), cast.seller)
    withdraw_touch(touch=noted, by=cast.seller, now=database_now())
    close_opportunity(opportunity=made, stage="withdrawn", closed_on=today(), by=cast.seller, now=database_now())

    assert set(DirectCase.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert told("deal.direct_contact") == []
    events = Event.objects.filter(kind__startswith="direct.case", subject_id=deal.public_id)
    assert sorted(events.values_list("kind", flat=True)) == [
        *["direct.case_opened"] * 2,
        *["direct.case_withdrawn"] * 2,
    ]
    partner = [entry.text for entry in timeline("deal", deal.public_id, reader=cast.helix.admin)]
    assert [sentence for sentence in partner if "sales" in sentence or "seller" in sentence] == []


def test_attached_outcome_attaches_the_holder_to_the_opportunity(cast: Cast) -> None:
    made = opportunity(account_of(protected(cast)), cast.seller)
    decide(made.cases.get(), cast.pam, "attached", reason="")

    found = DirectOpportunity.objects.get(pk=made.pk)
    assert (found.partner, found.part, found.attached_by) == (cast.helix.partner, "co_sell", cast.pam)


def test_opportunity_that_takes_no_partner_any_more_keeps_the_case_open(cast: Cast) -> None:
    made = opportunity(account_of(protected(cast)), cast.seller)
    close_opportunity(opportunity=made, stage="lost", closed_on=today(), by=cast.seller, now=database_now())

    with pytest.raises(StateConflict):
        decide(made.cases.get(), cast.pam, "attached")
    assert made.cases.get().is_open


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "permitted", "reason": " "}, "reason"),
        ({"outcome": "breach", "reason": ""}, "reason"),
        ({"outcome": "withdrawn"}, "outcome"),
        ({"outcome": "open"}, "outcome"),
        ({"outcome": "breach", "reason": "It is for helix systems."}, "reason"),
    ],
)
def test_decision_that_says_too_little_or_too_much_is_refused(cast: Cast, given: dict[str, str], field: str) -> None:
    case = case_at(protected(cast), cast.seller)

    with pytest.raises(InvalidInput) as refused:
        decide(case, cast.pam, **given)

    assert list(refused.value.errors) == [field]
    assert DirectCase.objects.get(pk=case.pk).is_open


def test_message_to_the_partner_names_no_rival(cast: Cast) -> None:
    make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    case = case_at(protected_before_rival(cast), cast.seller)

    with pytest.raises(InvalidInput) as refused:
        decide(case, cast.pam, message="Orbit Solutions asked us to.")

    assert list(refused.value.errors) == ["message"]


def protected_before_rival(cast: Cast) -> Registration:
    """Approved with an override, so that the rival is among its findings."""
    deal = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    return approve(registration=deal, override_reason="customer_choice", by=cast.pam, now=database_now())


@pytest.mark.parametrize("name", ["pam2", "seller", "executive", "expert"])
def test_others_do_not_decide(cast: Cast, name: str) -> None:
    case = case_at(protected(cast), cast.seller)

    with pytest.raises(NotAllowed):
        decide(case, getattr(cast, name))


def test_nobody_decides_the_own_case(cast: Cast) -> None:
    case = case_at(protected(cast), cast.admin)

    with pytest.raises(NotAllowed):
        decide(case, cast.admin)
    assert decide(case, cast.pam).state == "permitted"


def test_second_decision_changes_nothing(cast: Cast) -> None:
    case = decide(case_at(protected(cast), cast.seller), cast.pam)

    with pytest.raises(StateConflict) as refused:
        decide(case, cast.pam, "breach")
    assert (refused.value.state, DirectCase.objects.get(pk=case.pk).state) == ("permitted", "permitted")


def test_decided_case_no_longer_holds_the_choice_of_a_partner_back(cast: Cast) -> None:
    made = opportunity(account_of(protected(cast)), cast.seller)
    decide(made.cases.get(), cast.pam)

    attach_partner(opportunity=made, partner=cast.orbit.partner, by=cast.seller, now=database_now())

    assert DirectOpportunity.objects.get(pk=made.pk).partner == cast.orbit.partner


def test_case_without_an_account_manager_or_a_seller_is_still_told(cast: Cast) -> None:
    deal = protected(cast)
    cast.helix.partner.pam = None
    cast.helix.partner.save(update_fields=["pam"])
    case = case_at(deal, cast.seller)
    DirectCase.objects.filter(pk=case.pk).update(seller=None)

    decide(case, cast.pam2)

    assert told("deal.direct_case") == []
    assert len(told("deal.direct_contact")) == 1
