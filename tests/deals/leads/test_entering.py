"""Entering leads: whom they go to, what they need, and how they come back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.leads import actions, answers, offering
from deals.leads.models import Lead, LeadOffer
from deals.leads.selectors import ranked, spread
from partners.models import Partner
from prm.audit.models import Event
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import relay
from prm.portal.sockets import work_for
from tests.deals.leads.asking import MONDAY, WEDNESDAY, asked, rep_of, told
from tests.factories import Cast, lead_values, make_lead, make_partner, offer_to


def test_size_name_and_revenue_change_nothing(cast: Cast) -> None:
    """The same leads over partners whose sizes and names are exchanged go to the same ones."""
    leads = [Lead(pk=-number, public_id=f"led_{number}", customer_country="DE") for number in range(1, 7)]
    before = [[row.partner.pk for row in ranked(lead, MONDAY)] for lead in leads]
    for partner, size in ((cast.helix.partner, "micro"), (cast.orbit.partner, "large")):
        Partner.objects.filter(pk=partner.pk).update(size=size)
        partner.organisation.name = f"{size} house"
        partner.organisation.save()

    assert [[row.partner.pk for row in ranked(lead, MONDAY)] for lead in leads] == before
    assert {tuple(order) for order in before} == {
        (cast.helix.partner.pk, cast.orbit.partner.pk),
        (cast.orbit.partner.pk, cast.helix.partner.pk),
    }


@pytest.mark.parametrize(
    ("change", "state"),
    [({"model": "isv"}, "returned"), ({"customer_country": "FR"}, "returned"), ({"competency": "docks"}, "returned")],
)
def test_lead_that_fits_nobody_comes_back_at_once(cast: Cast, change: dict[str, Any], state: str) -> None:
    Partner.objects.update(regions=["DE", "AT"])

    lead = make_lead(cast.pam, **change)

    assert (lead.state, asked(lead)) == (state, [])
    assert told("returned") == {cast.pam.email}
    assert [item.title for item in work_for(cast.pam, MONDAY)] == [lead.customer_name]
    assert work_for(cast.seller, MONDAY) == []


def test_suspended_partner_is_not_asked(cast: Cast) -> None:
    Partner.objects.filter(pk=cast.helix.partner.pk).update(state="suspended")

    assert make_lead(cast.pam).offers.get().partner == cast.orbit.partner


def test_offering_again_begins_a_new_round(cast: Cast) -> None:
    lead = offer_to(cast.helix, cast.pam).lead
    answers.decline(offer=lead.offers.get(), reason="known", by=cast.helix.rep, now=MONDAY)
    with pytest.raises(NotAllowed):
        actions.offer_again(lead=lead, by=cast.pam2, now=MONDAY)

    again = actions.offer_again(lead=lead, by=cast.pam, now=MONDAY)

    assert (again.state, again.round) == ("offered", 2)
    assert [state for _name, state in asked(lead)] == ["declined", "open"]
    with pytest.raises(StateConflict):
        actions.offer_again(lead=lead, by=cast.admin, now=MONDAY)


def test_withdrawn_lead_is_told_and_keeps_the_turn(cast: Cast, lead: Lead) -> None:
    offer = lead.offers.get()

    actions.withdraw_lead(lead=lead, by=cast.admin, now=MONDAY)

    lead.refresh_from_db()
    offer.refresh_from_db()
    assert (lead.state, lead.closed_by, offer.state) == ("withdrawn", cast.admin, "withdrawn")
    assert told("offer_withdrawn") == told("offered")
    assert {row.place.candidate.last_offered for row in ranked(lead, MONDAY)} == {None}
    for verb in (actions.withdraw_lead, actions.offer_again):
        with pytest.raises(StateConflict):
            verb(lead=lead, by=cast.admin, now=MONDAY)
    with pytest.raises(StateConflict, match="Taken back"):
        answers.accept(offer=offer, by=rep_of(cast, offer), now=MONDAY)


def test_lead_is_changed_while_nobody_is_asked(cast: Cast) -> None:
    lead = make_lead(cast.pam, competency="docks")
    values = {"competency": "", "need": "Something else."}

    actions.change_lead(lead=lead, values=values, products=[cast.products["telematics"]], by=cast.pam, now=MONDAY)
    again = actions.offer_again(lead=lead, by=cast.pam, now=MONDAY)

    assert (again.need, again.state, again.products.get().slug) == ("Something else.", "offered", "telematics")
    changed = Event.objects.get(kind="lead.changed")
    assert changed.data == {"fields": ["competency", "need", "products"]}
    with pytest.raises(StateConflict):
        actions.change_lead(lead=lead, values={"need": "No."}, by=cast.pam, now=MONDAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customer_name": ""}, "customer_name"),
        ({"customer_country": ""}, "customer_country"),
        ({"need": ""}, "need"),
        ({"source": ""}, "source"),
        ({"contact_name": "", "contact_email": ""}, "contact.name"),
    ],
)
def test_what_a_lead_needs(cast: Cast, changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_lead(cast.pam, **changes)
    with pytest.raises(InvalidInput):
        actions.import_leads(rows=[(lead_values(**changes), [])], by=cast.pam, now=MONDAY)

    assert list(refused.value.errors) == [field]
    assert Lead.objects.count() == 0


def test_external_id_is_entered_once(cast: Cast) -> None:
    lead = make_lead(cast.pam, external_id="crm-1", competency="docks")
    other = make_lead(cast.pam, external_id="crm-2", competency="docks")

    with pytest.raises(StateConflict, match="known already"):
        make_lead(cast.seller, external_id="crm-1")
    with pytest.raises(StateConflict, match="known already"):
        actions.change_lead(lead=other, values={"external_id": "crm-1"}, by=cast.pam, now=MONDAY)
    actions.change_lead(lead=lead, values={"external_id": "crm-1"}, by=cast.pam, now=MONDAY)
    for ids in (("crm-2", ""), ("crm-9", "crm-9")):
        rows = [(lead_values(external_id=one), []) for one in ids]
        with pytest.raises(StateConflict, match=ids[0]):
            actions.import_leads(rows=rows, by=cast.pam, now=MONDAY)
    assert Lead.objects.count() == 2


def test_imported_leads_are_offered_behind_the_commit(cast: Cast) -> None:
    products = [cast.products["telematics"]]
    rows = [(lead_values(), products), (lead_values(), []), (lead_values(competency="docks"), products)]

    leads = actions.import_leads(rows=rows, by=cast.pam, now=MONDAY)
    assert set(Lead.objects.values_list("state", "tried_at")) == {("waiting", None)}
    assert [lead.products.count() for lead in leads] == [1, 0, 1]
    while relay.run():
        continue

    assert sorted(Lead.objects.values_list("state", flat=True)) == ["offered", "offered", "returned"]
    assert set(LeadOffer.objects.values_list("partner", flat=True)) == {cast.helix.partner.pk, cast.orbit.partner.pk}


def test_lead_of_somebody_who_left_comes_back_to_whoever_looks_after_all(cast: Cast) -> None:
    lead = make_lead(cast.seller, competency="docks")
    assert told("returned") == {cast.seller.email}
    Lead.objects.filter(pk=lead.pk).update(created_by=None)
    lead = actions.offer_again(lead=lead, by=cast.admin, now=MONDAY)

    assert lead.state == "returned"
    assert [len(work_for(person, MONDAY)) for person in (cast.admin, cast.pam, cast.seller)] == [1, 0, 0]
    assert told("returned") == {cast.seller.email}


def test_spread_over_sizes_counts_each_answer(cast: Cast) -> None:
    Partner.objects.filter(pk=cast.helix.partner.pk).update(size="micro")
    make_partner("Third", pam=None, size="micro", state="suspended")
    offers = [offer_to(cast.helix, cast.pam, now=MONDAY) for _ in range(3)]
    later = MONDAY + timedelta(hours=5)
    answers.accept(offer=offers[0], by=cast.helix.rep, now=later)
    answers.decline(offer=offers[1], reason="conflict", by=cast.helix.rep, now=later)
    offering.offers_due(now=WEDNESDAY)

    micro, small, *_rest = spread(WEDNESDAY)

    assert (micro.partners, micro.offers, micro.accepted, micro.declined, micro.lapsed) == (1, 3, 1, 1, 1)
    assert (micro.hours, micro.share, micro.per_partner) == (5, Decimal(1) / 3, 3)
    assert (small.offers, small.share, small.hours) == (0, None, None)


@pytest.mark.parametrize("state", ["open", "accepted"])
def test_database_refuses_a_second_holder(cast: Cast, lead: Lead, state: str) -> None:
    offer = lead.offers.get()
    other = cast.orbit.partner if offer.partner == cast.helix.partner else cast.helix.partner
    answered = None if state == "open" else MONDAY
    about = {"offered_at": MONDAY, "due_at": WEDNESDAY, "policy": offer.policy, "round": 1, "state": state}

    with pytest.raises(IntegrityError, match="lead_offer_one_at_a_time"), transaction.atomic():
        LeadOffer.objects.create(lead=lead, partner=other, answered_at=answered, **about)
