"""Where leads hang in other pages: on the registration that was made from one, in the links of subjects."""

import pytest

from deals.leads import answers
from deals.leads.models import LeadOffer
from deals.leads.sockets import origin
from deals.registrations.models import Registration
from prm.portal.sockets import SUBJECTS
from tests.deals.leads.asking import MONDAY
from tests.factories import Cast, make_draft, offer_to


@pytest.fixture
def offer(cast: Cast) -> LeadOffer:
    return answers.accept(offer=offer_to(cast.helix, cast.pam), by=cast.helix.rep, now=MONDAY)


def test_registration_shows_the_lead_it_was_made_from(cast: Cast, offer: LeadOffer) -> None:
    deal = answers.register_lead(offer=offer, by=cast.helix.rep, now=MONDAY)

    assert origin(cast.helix.rep, deal, MONDAY) == {"offer": offer}
    assert origin(cast.pam, deal, MONDAY) == {"offer": offer}
    assert origin(cast.seller, deal, MONDAY) is None
    assert origin(cast.helix.rep, make_draft(cast.helix), MONDAY) is None
    assert Registration.objects.count() == 2


def test_links_are_for_those_who_may_follow_them(cast: Cast, offer: LeadOffer) -> None:
    lead, name = offer.lead, offer.lead.customer_name
    ids = [lead.public_id, offer.public_id, "led_nothing"]

    assert [link.url for link in SUBJECTS["lead"](cast.pam, ids).values()] == [lead.get_absolute_url()]
    assert [link.label for link in SUBJECTS["lead_offer"](cast.helix.rep, ids).values()] == [name]
    assert SUBJECTS["lead"](cast.helix.rep, ids) == {}
    assert SUBJECTS["lead_offer"](cast.orbit.rep, ids) == {}
