"""Every verb against every state, as tables: what is done, and what is 409 with the state as it is now."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from deals.leads import actions, answers, offering
from deals.leads.models import Lead, LeadOffer
from deals.leads.states import CHANGEABLE, FREE, TAKEN, LeadState, OfferState
from deals.registrations import actions as registrations
from partners.models import Partner
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.deals.leads.asking import MONDAY
from tests.factories import Cast, deal_values, offer_to

DONE = "done"
# What the vendor does with a lead in each state.
OF_LEADS = """
    #         change    again     withdraw
    waiting   done      waiting   done
    offered   offered   offered   done
    returned  done      done      done
    accepted  accepted  accepted  accepted
    converted converted converted converted
    lost      lost      lost      lost
    withdrawn withdrawn withdrawn withdrawn
"""
# What the partner does with its offer. What became of the lead afterwards is told only to whoever took it.
OF_OFFERS = """
    #          accept    decline   report    register  lose
    open       done      done      open      open      open
    declined   declined  declined  declined  declined  declined
    lapsed     lapsed    lapsed    lapsed    lapsed    lapsed
    withdrawn  withdrawn withdrawn withdrawn withdrawn withdrawn
    accepted   accepted  accepted  done      done      done
    drafted    accepted  accepted  done      accepted  done
    converted  converted converted converted converted converted
    lost       lost      lost      lost      lost      lost
"""


def rows(table: str) -> list[tuple[str, str, str]]:
    """Each as (state, verb, what is expected)."""
    head, *lines = (line.split() for line in table.strip().splitlines())
    return [(line[0], verb, cell) for line in lines for verb, cell in zip(head[1:], line[1:], strict=True)]


def waiting(cast: Cast) -> LeadOffer:
    """The partner that fits has as many offers as it may have; this is the first of them."""
    first = offer_to(cast.helix, cast.pam)
    for _ in range(2):
        offer_to(cast.helix, cast.pam)
    return first


def declined(cast: Cast) -> LeadOffer:
    return answers.decline(offer=offer_to(cast.helix, cast.pam), reason="known", by=cast.helix.rep, now=MONDAY)


def lapsed(cast: Cast) -> LeadOffer:
    offer = offer_to(cast.helix, cast.pam)
    offering.offers_due(now=offer.due_at)
    return offer


def withdrawn(cast: Cast) -> LeadOffer:
    offer = offer_to(cast.helix, cast.pam)
    actions.withdraw_lead(lead=offer.lead, by=cast.pam, now=MONDAY)
    return offer


def accepted(cast: Cast) -> LeadOffer:
    return answers.accept(offer=offer_to(cast.helix, cast.pam), by=cast.helix.rep, now=MONDAY)


def drafted(cast: Cast) -> LeadOffer:
    offer = accepted(cast)
    answers.register_lead(offer=offer, by=cast.helix.rep, now=MONDAY)
    return offer


def converted(cast: Cast) -> LeadOffer:
    offer, rep = accepted(cast), cast.helix.rep
    draft = answers.register_lead(offer=offer, by=rep, now=MONDAY)
    values, lines = deal_values(), [(cast.products["telematics"], 1)]
    registrations.update_draft(registration=draft, values=values, lines=lines, by=rep, now=MONDAY)
    registrations.submit(registration=draft, by=rep, now=database_now())
    return offer


def lost(cast: Cast) -> LeadOffer:
    return answers.lose_lead(offer=accepted(cast), reason="timing", by=cast.helix.rep, now=MONDAY)


WAYS: dict[str, Callable[[Cast], LeadOffer]] = {
    "open": lambda cast: offer_to(cast.helix, cast.pam),
    "offered": lambda cast: offer_to(cast.helix, cast.pam),
    "returned": declined,
    "declined": declined,
    "lapsed": lapsed,
    "withdrawn": withdrawn,
    "accepted": accepted,
    "drafted": drafted,
    "converted": converted,
    "lost": lost,
}


def tried(call: Callable[[], object]) -> str:
    try:
        call()
    except StateConflict as refused:
        return refused.state
    return DONE


@pytest.mark.parametrize(("state", "verb", "expected"), rows(OF_LEADS))
def test_verbs_of_the_vendor(cast: Cast, state: str, verb: str, expected: str) -> None:
    if state == "waiting":
        waiting(cast)
        lead = offer_lead_without_room(cast)
    else:
        lead = WAYS[state](cast).lead
    lead.refresh_from_db()
    assert lead.state == state
    about = {"lead": lead, "by": cast.pam, "now": MONDAY}
    verbs = {
        "change": lambda: actions.change_lead(**about, values={"need": "Something else."}),
        "again": lambda: actions.offer_again(**about),
        "withdraw": lambda: actions.withdraw_lead(**about),
    }

    assert tried(verbs[verb]) == expected


def offer_lead_without_room(cast: Cast) -> Lead:
    slug = f"only-{cast.helix.partner.pk}"
    values = {"customer_name": "Last", "customer_country": "DE", "need": "x", "source": "event", "contact_name": "A"}
    return actions.enter_lead(values={**values, "competency": slug}, by=cast.pam, now=MONDAY)


@pytest.mark.parametrize(("state", "verb", "expected"), rows(OF_OFFERS))
def test_verbs_of_the_partner(cast: Cast, state: str, verb: str, expected: str) -> None:
    offer = WAYS[state](cast)
    about = {"offer": offer, "by": cast.helix.rep, "now": MONDAY + timedelta(microseconds=1)}
    verbs = {
        "accept": lambda: answers.accept(**about),
        "decline": lambda: answers.decline(**about, reason="known"),
        "report": lambda: answers.report(**about, stage="qualified"),
        "register": lambda: answers.register_lead(**about),
        "lose": lambda: answers.lose_lead(**about, reason="price"),
    }

    assert tried(verbs[verb]) == expected


@pytest.mark.parametrize(("state", "verb", "expected"), [row for row in rows(OF_OFFERS) if row[2] != DONE])
def test_refused_verb_changes_nothing(cast: Cast, state: str, verb: str, expected: str) -> None:
    offer = WAYS[state](cast)
    before = (LeadOffer.objects.values().get(pk=offer.pk), Lead.objects.values().get(pk=offer.lead_id))
    call = {
        "accept": lambda: answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY),
        "decline": lambda: answers.decline(offer=offer, reason="known", by=cast.helix.rep, now=MONDAY),
        "report": lambda: answers.report(offer=offer, stage="meeting", by=cast.helix.rep, now=MONDAY),
        "register": lambda: answers.register_lead(offer=offer, by=cast.helix.rep, now=MONDAY),
        "lose": lambda: answers.lose_lead(offer=offer, reason="price", by=cast.helix.rep, now=MONDAY),
    }[verb]

    assert tried(call) == expected
    assert (LeadOffer.objects.values().get(pk=offer.pk), Lead.objects.values().get(pk=offer.lead_id)) == before


def test_sets_of_states_share_nothing_and_leave_out_only_what_is_closed() -> None:
    assert CHANGEABLE < FREE
    assert frozenset() == FREE & TAKEN
    assert set(LeadState) - FREE - TAKEN == {LeadState.WITHDRAWN}
    assert {state for state in OfferState if state not in {"open", "accepted"}} == {"declined", "lapsed", "withdrawn"}


def test_suspended_partner_still_answers_what_it_was_asked(cast: Cast) -> None:
    offer = offer_to(cast.helix, cast.pam)
    Partner.objects.filter(pk=cast.helix.partner.pk).update(state="suspended")

    assert answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY).is_taken
