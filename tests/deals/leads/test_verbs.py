"""Answering offers of leads, and what goes on when nobody answers."""

from datetime import timedelta

import pytest

from deals.leads import actions, answers, offering
from deals.leads.models import Lead
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from partners.models import Partner
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from prm.portal.sockets import work_for
from tests.deals.leads.asking import MONDAY, TICK, WEDNESDAY, asked, kinds, rep_of, told
from tests.factories import Cast, deal_values, make_lead, make_user, offer_to


def test_lead_is_offered_at_once_to_one_partner(cast: Cast, lead: Lead) -> None:
    offer = lead.offers.get()
    team = cast.helix if offer.partner == cast.helix.partner else cast.orbit

    assert (lead.state, lead.version, offer.round) == ("offered", 2, 1)
    assert (offer.offered_at, offer.due_at) == (MONDAY, WEDNESDAY)
    assert offer.remind_at == MONDAY + timedelta(days=1)
    assert offer.offered_before is None
    assert kinds(lead.public_id) == ["lead.entered"]
    assert kinds(offer.public_id) == ["lead.offered"]
    assert told("offered") == {team.admin.email, team.rep.email}


def test_next_lead_goes_to_the_other_one(cast: Cast, lead: Lead) -> None:
    other = make_lead(cast.pam, now=MONDAY + timedelta(hours=1))
    third = make_lead(cast.pam, now=MONDAY + timedelta(hours=2))
    first, second, again = (row.offers.get() for row in (lead, other, third))

    assert first.partner != second.partner
    assert (again.partner, again.offered_before) == (first.partner, MONDAY)


def test_full_partners_are_waited_for(cast: Cast) -> None:
    Partner.objects.filter(pk=cast.helix.partner.pk).update(state="suspended")
    offers = [make_lead(cast.pam, now=MONDAY).offers.get() for _ in range(3)]
    lead = make_lead(cast.pam, now=MONDAY)
    assert (lead.state, lead.tried_at, asked(lead)) == ("waiting", MONDAY, [])
    assert offering.offers_due(now=MONDAY + TICK) == 0

    answers.decline(offer=offers[0], reason="conflict", by=cast.orbit.rep, now=MONDAY + TICK)
    assert offering.offers_due(now=MONDAY + 2 * TICK) == 0

    lead.refresh_from_db()
    assert (lead.state, lead.offers.get().offered_at) == ("offered", MONDAY + 2 * TICK)


def test_accepted_lead_has_its_partner_and_nobody_else_is_asked(cast: Cast, lead: Lead) -> None:
    offer = lead.offers.get()
    rep = rep_of(cast, offer)
    assert [item.due_at for item in work_for(rep, MONDAY)] == [WEDNESDAY]

    answers.accept(offer=offer, by=rep, now=MONDAY + timedelta(hours=3))

    lead.refresh_from_db()
    offer.refresh_from_db()
    assert (lead.state, lead.partner) == ("accepted", offer.partner)
    assert (offer.state, offer.answered_by, offer.remind_at, offer.version) == ("accepted", rep, None, 2)
    assert told("accepted") == {cast.pam.email}
    assert offering.offers_due(now=WEDNESDAY + timedelta(days=9)) == 0
    assert len(asked(lead)) == 1
    assert ["Register this lead" in item.what for item in work_for(rep, MONDAY)] == [True]


def test_declined_lead_goes_to_the_next_and_comes_back_after_the_last(cast: Cast, lead: Lead) -> None:
    for number in (1, 2):
        offer = lead.offers.get(state="open")
        about = {"reason": "other", "text": " Too far away. ", "by": rep_of(cast, offer)}
        answers.decline(offer=offer, **about, now=MONDAY + number * TICK)

    lead.refresh_from_db()
    assert (lead.state, [state for _name, state in asked(lead)]) == ("returned", ["declined", "declined"])
    assert set(lead.offers.values_list("reason", "text")) == {("other", "Too far away.")}
    assert kinds(lead.public_id) == ["lead.entered", "lead.returned"]
    assert told("returned") == {cast.pam.email}


def test_silence_lets_it_go_on_once(cast: Cast, lead: Lead) -> None:
    offer = lead.offers.get()
    assert offering.offers_due(now=WEDNESDAY - TICK) == 1, "the reminder"
    assert told("reminded") == told("offered")
    assert offering.offers_due(now=WEDNESDAY - TICK) == 0

    assert offering.offers_due(now=WEDNESDAY) == 2, "lapsed, and the next one asked"
    assert offering.offers_due(now=WEDNESDAY) == 0

    offer.refresh_from_db()
    assert (offer.state, offer.answered_at, offer.answered_by) == ("lapsed", WEDNESDAY, None)
    assert [state for _name, state in asked(lead)] == ["lapsed", "open"]
    assert kinds(offer.public_id) == ["lead.offered", "lead.reminded", "lead.lapsed"]
    assert told("lapsed") == {f"{one}@{rep_of(cast, offer).email.partition('@')[2]}" for one in ("admin", "rep")}
    with pytest.raises(StateConflict) as refused:
        answers.accept(offer=offer, by=rep_of(cast, offer), now=WEDNESDAY)
    assert refused.value.state == "lapsed"


def test_date_counts_before_the_sweep_has_come(cast: Cast, lead: Lead) -> None:
    offer = lead.offers.get()

    with pytest.raises(StateConflict, match="time to answer is over"):
        answers.accept(offer=offer, by=rep_of(cast, offer), now=WEDNESDAY)
    assert work_for(rep_of(cast, offer), WEDNESDAY) == []


def test_progress_registration_and_conversion(cast: Cast) -> None:
    offer = offer_to(cast.helix, cast.pam, value=9000, currency="EUR", contact_title="Buyer")
    lead, rep = offer.lead, cast.helix.rep
    lead.products.set([cast.products["telematics"]])
    answers.accept(offer=offer, by=rep, now=MONDAY)
    answers.report(offer=offer, stage="meeting", text=" In Kiel. ", by=rep, now=MONDAY)
    with pytest.raises(StateConflict, match="reported last"):
        answers.report(offer=offer, stage="meeting", text="In Kiel.", by=rep, now=MONDAY)

    draft = answers.register_lead(offer=offer, by=rep, now=MONDAY)
    assert (draft.state, draft.origin, draft.customer_name) == ("draft", "vendor", lead.customer_name)
    assert (draft.contact_email, draft.contact_title, draft.value) == (lead.contact_email, "Buyer", 9000)
    assert [line.product.slug for line in draft.lines.all()] == ["telematics"]
    with pytest.raises(StateConflict) as refused:
        answers.register_lead(offer=offer, by=rep, now=MONDAY)
    assert refused.value.code == "drafted"

    given = {name: value for name, value in deal_values().items() if not name.startswith("customer")}
    registrations.update_draft(registration=draft, values=given, lines=None, by=rep, now=MONDAY)
    registrations.submit(registration=draft, by=rep, now=database_now())
    lead.refresh_from_db()
    assert (lead.state, lead.registration) == ("converted", draft)
    assert kinds(offer.public_id) == [
        *("lead.offered", "lead.accepted", "lead.reported", "lead.registering", "lead.converted"),
    ]
    with pytest.raises(StateConflict, match="Registered"):
        answers.lose_lead(offer=offer, reason="price", by=rep, now=MONDAY)


def test_discarded_draft_leaves_the_lead_to_be_registered_anew(cast: Cast) -> None:
    offer = offer_to(cast.helix, cast.pam)
    answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY)
    draft = answers.register_lead(offer=offer, by=cast.helix.rep, now=MONDAY)

    registrations.discard_draft(registration=draft, by=cast.helix.rep, now=MONDAY)

    assert answers.register_lead(offer=offer, by=cast.helix.rep, now=MONDAY).pk != draft.pk
    assert Registration.objects.count() == 1


def test_lost_lead_says_why(cast: Cast) -> None:
    offer = offer_to(cast.helix, cast.pam)
    answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY)

    answers.lose_lead(offer=offer, reason="timing", text="Next year.", by=cast.helix.admin, now=MONDAY)

    lead = Lead.objects.get(pk=offer.lead_id)
    assert (lead.state, lead.loss_reason, lead.loss_text, lead.closed_by) == (
        *("lost", "timing", "Next year."),
        cast.helix.admin,
    )
    assert "Next year." in Notice.objects.get(kind="lead.lost").body


def test_draft_of_a_lost_lead_converts_nothing(cast: Cast) -> None:
    offer = offer_to(cast.helix, cast.pam)
    answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY)
    draft = answers.register_lead(offer=offer, by=cast.helix.rep, now=MONDAY)
    answers.lose_lead(offer=offer, reason="price", by=cast.helix.rep, now=MONDAY)

    given = {name: value for name, value in deal_values().items() if not name.startswith("customer")}
    registrations.update_draft(
        registration=draft,
        values=given,
        lines=[(cast.products["telematics"], 1)],
        by=cast.helix.rep,
        now=MONDAY,
    )
    registrations.submit(registration=draft, by=cast.helix.rep, now=database_now())

    assert Lead.objects.get(pk=offer.lead_id).state == "lost"


def test_who_may(cast: Cast) -> None:
    """The colleague answers too; what was taken is worked by whoever took it, and the admins."""
    colleague = make_user("colleague@helix.example", cast.helix.organisation, "sales_rep")
    offer = offer_to(cast.helix, cast.pam)
    for stranger in (cast.orbit.admin, cast.helix.marketing, cast.pam):
        with pytest.raises(NotAllowed):
            answers.accept(offer=offer, by=stranger, now=MONDAY)
    with pytest.raises(NotAllowed):
        make_lead(cast.finance)
    with pytest.raises(NotAllowed):
        actions.withdraw_lead(lead=offer.lead, by=cast.seller, now=MONDAY)

    answers.accept(offer=offer, by=colleague, now=MONDAY)

    with pytest.raises(NotAllowed):
        answers.report(offer=offer, stage="meeting", by=cast.helix.rep, now=MONDAY)
    for person in (colleague, cast.helix.admin):
        answers.report(offer=offer, stage="meeting", text=str(person), by=person, now=MONDAY)
    with pytest.raises(StateConflict) as refused:
        answers.decline(offer=offer, reason="conflict", by=colleague, now=MONDAY)
    assert refused.value.state == "accepted"


def test_other_reason_needs_words(cast: Cast, lead: Lead) -> None:
    offer = lead.offers.get()

    with pytest.raises(InvalidInput) as refused:
        answers.decline(offer=offer, reason="other", text="  ", by=rep_of(cast, offer), now=MONDAY)

    assert list(refused.value.errors) == ["text"]
    offer.refresh_from_db()
    assert offer.is_open
