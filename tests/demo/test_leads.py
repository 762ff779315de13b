"""The demo's leads: something of each kind, for both partners that people log in as."""

from collections import Counter

import pytest

from deals.demo.leads import COMPETENCIES, LEADS, leads
from deals.leads.models import Lead, LeadOffer
from partners.models import Partner
from prm.clocks.database import database_now
from tests.factories import make_cast


@pytest.fixture
def seeded(db: None) -> None:
    """The people of the tests have the addresses of the demo's."""
    make_cast()
    leads(database_now())


def test_each_lead_is_somewhere_else(seeded: None) -> None:
    states = Counter(Lead.objects.values_list("state", flat=True))

    assert sum(states.values()) == len(LEADS)
    assert {"offered", "returned", "accepted", "lost"} <= set(states)


def test_both_partners_have_something_to_answer(seeded: None) -> None:
    waiting = LeadOffer.objects.open().values_list("partner__organisation__name", flat=True)

    assert set(waiting) == {"Helix Systems", "Orbit Solutions"}


def test_clock_went_on_meanwhile(seeded: None) -> None:
    declined = Lead.objects.get(customer_name__startswith="Ostwind")
    waiting = LeadOffer.objects.open()

    assert declined.state == "returned"
    assert [offer.state for offer in declined.offers.order_by("offered_at")] == ["declined", "lapsed"]
    assert [offer.answered_at == offer.due_at for offer in declined.offers.filter(state="lapsed")] == [True]
    assert waiting.lapsed(database_now()).count() + waiting.to_remind(database_now()).count() == 0


def test_partners_have_their_competencies(seeded: None) -> None:
    found = dict(Partner.objects.values_list("organisation__name", "competencies"))

    assert sorted(found.values()) == sorted(COMPETENCIES.values())


def test_second_time_changes_nothing(seeded: None) -> None:
    before = list(Lead.objects.order_by("pk").values_list("pk", "state"))

    leads(database_now())

    assert list(Lead.objects.order_by("pk").values_list("pk", "state")) == before
