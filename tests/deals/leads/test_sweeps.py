"""What happens by itself: each run does what is due, once, however late it comes and however often."""

from datetime import datetime, timedelta

import pytest

from deals.leads import answers, offering
from deals.leads.actions import import_leads
from deals.leads.models import Lead, LeadOffer
from deals.tasks import offer_leads_due
from prm.audit.models import Event
from prm.notices.models import Notice
from prm.operations.models import JobRun
from tests.deals.leads.asking import MONDAY, TICK, WEDNESDAY, asked
from tests.factories import Cast, lead_values, make_lead, make_partner, offer_to

TUESDAY = MONDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "changed", "state"),
    [
        (MONDAY, 0, "open"),
        (TUESDAY - TICK, 0, "open"),
        (TUESDAY, 1, "open"),
        (WEDNESDAY - TICK, 1, "open"),
        (WEDNESDAY, 2, "lapsed"),
        (WEDNESDAY + timedelta(days=30), 2, "lapsed"),
    ],
)
def test_offer_is_recalled_and_lapses_by_its_dates(cast: Cast, moment: datetime, changed: int, state: str) -> None:
    """Two changes at the end: it lapses, and the lead is looked after anew."""
    offer = offer_to(cast.helix, cast.pam, now=MONDAY)

    assert offering.offers_due(now=moment) == changed
    assert offering.offers_due(now=moment) == 0
    offer.refresh_from_db()
    assert offer.state == state


def test_many_offers_are_done_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offering, "BATCH", 2)
    partners = [make_partner(f"Partner {number}", pam=None, model="isv") for number in range(5)]
    leads = [make_lead(cast.pam, model="isv", now=MONDAY) for _ in partners]
    assert {offer.partner for offer in LeadOffer.objects.all()} == set(partners)

    offering.offers_due(now=TUESDAY)
    offering.offers_due(now=WEDNESDAY)

    for kind in ("lead.reminded", "lead.lapsed"):
        subjects = list(Event.objects.filter(kind=kind).values_list("subject_id", flat=True))
        assert (len(subjects), len(set(subjects))) == (5, 5)
    assert [len(asked(lead)) for lead in leads] == [2] * 5


def test_what_is_left_of_a_run_is_the_next_ones(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offering, "AT_ONCE", 2)
    import_leads(rows=[(lead_values(), []) for _ in range(5)], by=cast.pam, now=MONDAY)

    assert [offering.place_new(MONDAY + number * TICK) for number in range(4)] == [2, 2, 1, 0]
    assert LeadOffer.objects.count() == 5


def test_leads_that_wait_for_room_take_turns_in_being_tried(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest of them must not keep the others from being looked at."""
    offers = [offer_to(cast.helix, cast.pam, now=MONDAY) for _ in range(3)]
    slug = offers[0].lead.competency
    stuck = [make_lead(cast.pam, competency=slug, now=MONDAY + number * TICK) for number in range(3)]
    monkeypatch.setattr(offering, "AT_ONCE", 1)
    tried = []
    for number in range(1, 4):
        moment = MONDAY + timedelta(hours=number)
        offering.offers_due(now=moment)
        tried += [lead.pk for lead in Lead.objects.filter(tried_at=moment)]

    assert tried == [lead.pk for lead in stuck]


def test_room_is_given_to_the_lead_that_waits_longest(cast: Cast) -> None:
    offers = [offer_to(cast.helix, cast.pam, now=MONDAY) for _ in range(3)]
    slug = offers[0].lead.competency
    first, second = (make_lead(cast.pam, competency=slug, now=MONDAY + number * TICK) for number in (1, 2))

    answers.accept(offer=offers[0], by=cast.helix.rep, now=TUESDAY - TICK)
    offering.offers_due(now=TUESDAY - TICK)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("offered", "waiting")


def test_lapsed_offer_makes_room(cast: Cast) -> None:
    offers = [offer_to(cast.helix, cast.pam, now=MONDAY) for _ in range(3)]
    lead = make_lead(cast.pam, competency=offers[0].lead.competency, now=TUESDAY)
    assert lead.state == "waiting"

    offering.offers_due(now=WEDNESDAY)

    lead.refresh_from_db()
    assert lead.state == "offered"
    states = Lead.objects.filter(pk__in=[offer.lead_id for offer in offers]).values_list("state", flat=True)
    assert list(states) == ["returned"] * 3


def test_nobody_is_told_twice(cast: Cast) -> None:
    offer_to(cast.helix, cast.pam, now=MONDAY)
    for moment in (TUESDAY, TUESDAY, WEDNESDAY, WEDNESDAY, WEDNESDAY + TICK):
        offering.offers_due(now=moment)
    told = list(Notice.objects.filter(user=cast.helix.rep).order_by("pk").values_list("kind", flat=True))

    assert sorted(told) == ["lead.lapsed", "lead.offered"]


def test_task_notes_that_it_ran(cast: Cast) -> None:
    offer_leads_due()

    assert JobRun.objects.get(name="offer-leads-due").succeeded_at is not None
