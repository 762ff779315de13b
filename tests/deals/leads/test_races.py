"""Acceptance, the sweep and the vendor at the same moment. The control shows that the test can fail."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest

from deals.leads import actions, answers, offering, recording
from deals.leads.models import Lead, LeadOffer
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.deals.punctuality.test_races import together
from tests.factories import Cast, make_lead, offer_to

TRIES = 12


def outcome(call: Any) -> str:
    try:
        call()
    except StateConflict as refused:
        return refused.code
    return "done"


def test_accepting_lapsing_and_withdrawing_exclude_one_another(live_cast: Cast) -> None:
    """Whoever is first: nobody holds a lead that went on, or was taken back, and nobody is told two things."""
    cast = live_cast
    for _ in range(TRIES):
        offer = offer_to(cast.helix, cast.pam)
        moment = offer.due_at - timedelta(microseconds=1)
        took, _swept, withdrew = together(
            lambda offer=offer, moment=moment: outcome(
                lambda: answers.accept(offer=offer, by=cast.helix.rep, now=moment)
            ),
            lambda offer=offer: offering.offers_due(now=offer.due_at),
            lambda offer=offer, moment=moment: outcome(
                lambda: actions.withdraw_lead(lead=offer.lead, by=cast.pam, now=moment)
            ),
        )
        offering.offers_due(now=offer.due_at)
        offer.refresh_from_db()
        lead = Lead.objects.get(pk=offer.lead_id)
        assert (offer.state == "accepted", lead.state == "accepted") == (took == "done",) * 2
        assert (lead.state == "withdrawn") is (withdrew == "done")
        assert offer.state != "open"
        assert lead.offers.count() == 1


def test_two_colleagues_accept_once(live_cast: Cast) -> None:
    cast = live_cast
    for _ in range(TRIES):
        offer, now = offer_to(cast.helix, cast.pam), database_now()
        people = (cast.helix.rep, cast.helix.admin) * 2
        accept = [
            lambda person=person, offer=offer, now=now: outcome(lambda: answers.accept(offer=offer, by=person, now=now))
            for person in people
        ]

        assert Counter(together(*accept)) == {"done": 1, "state_conflict": 3}


def test_leads_entered_at_once_take_turns(live_cast: Cast) -> None:
    """Two partners, always two leads at the same moment: each gets one of them."""
    cast = live_cast
    for _ in range(3):
        now = database_now()
        together(*[lambda now=now: make_lead(cast.pam, now=now)] * 2)
    turns = list(LeadOffer.objects.order_by("pk").values_list("partner", flat=True))

    assert [one != other for one, other in pairwise(turns)][::2] == [True] * 3


def test_control_without_turns_one_partner_gets_both(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is read by both before either has written."""
    read, found = Barrier(2), offering.ranked

    def look(*about: Any) -> Any:
        order = found(*about)
        read.wait(timeout=20)
        return sorted(order, key=lambda row: row.partner.pk)

    monkeypatch.setattr(offering, "ranked", look)
    monkeypatch.setattr(offering, "TURNS_SQL", "select %s")
    now = database_now()
    together(*[lambda: make_lead(live_cast.pam, now=now)] * 2)

    assert len(set(LeadOffer.objects.values_list("partner", flat=True))) == 1


def test_control_without_the_lock_of_the_lead_more_than_one_accepts(
    live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, read = live_cast, Barrier(2)

    def look(lead: Lead) -> Lead:
        found = Lead.objects.get(pk=lead.pk)
        read.wait(timeout=20)
        return found

    monkeypatch.setattr(recording, "locked_lead", look)
    offer, now = offer_to(cast.helix, cast.pam), database_now()
    people = (cast.helix.rep, cast.helix.admin)

    accept = [
        lambda person=person: outcome(lambda: answers.accept(offer=offer, by=person, now=now)) for person in people
    ]
    assert Counter(together(*accept)) == {"done": 2}
