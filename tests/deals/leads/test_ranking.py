"""The order as it is read from the tables."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deals.leads import actions, answers
from deals.leads.models import Lead
from deals.leads.selectors import ranked, spread
from partners.models import Partner
from tests.deals.leads.asking import MONDAY, WEDNESDAY
from tests.factories import Cast, make_lead, make_partner, offer_to


def places(lead: Lead) -> dict[str, tuple[int, list[str]]]:
    found = ranked(lead, WEDNESDAY)
    return {row.partner.organisation.name: (row.place.number, list(row.place.hindrances)) for row in found}


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """Offered to nobody: it asks for what nobody has."""
    return make_lead(cast.pam, competency="docks", segment="enterprise", now=MONDAY)


@pytest.mark.parametrize(
    ("changes", "against"),
    [
        ({}, ["competency"]),
        ({"competencies": ["docks"]}, []),
        ({"competencies": ["docks", "cold-chain"]}, []),
        ({"competencies": ["docks"], "regions": ["AT"]}, ["territory"]),
        ({"competencies": ["docks"], "regions": ["AT", "DE"]}, []),
        ({"competencies": ["docks"], "segments": ["mid_market"]}, ["segment"]),
        ({"competencies": ["docks"], "segments": ["enterprise"]}, []),
        ({"regions": ["AT"], "segments": ["mid_market"]}, ["territory", "segment", "competency"]),
    ],
)
def test_profile_decides_who_fits(cast: Cast, lead: Lead, changes: dict[str, Any], against: list[str]) -> None:
    Partner.objects.filter(pk=cast.helix.partner.pk).update(**changes)

    assert places(lead)["Helix Systems"] == (0 if against else 1, against)


@pytest.mark.parametrize("size", ["micro", "small", "medium", "large"])
def test_size_changes_no_place(cast: Cast, lead: Lead, size: str) -> None:
    Partner.objects.update(competencies=["docks"])
    before = places(lead)
    Partner.objects.filter(pk=cast.orbit.partner.pk).update(size=size)

    assert places(lead) == before


def test_partners_that_are_suspended_have_no_place(cast: Cast, lead: Lead) -> None:
    Partner.objects.filter(pk=cast.orbit.partner.pk).update(state="suspended")

    assert list(places(lead)) == ["Helix Systems"]


def test_every_answer_but_what_we_took_back_counts_as_a_turn(cast: Cast) -> None:
    offers = [offer_to(cast.helix, cast.pam, now=MONDAY + timedelta(hours=number)) for number in range(3)]
    answers.accept(offer=offers[0], by=cast.helix.rep, now=MONDAY)
    answers.decline(offer=offers[1], reason="known", by=cast.helix.rep, now=MONDAY)
    actions.withdraw_lead(lead=offers[2].lead, by=cast.pam, now=MONDAY)
    row = next(row for row in ranked(offers[0].lead, WEDNESDAY) if row.partner == cast.helix.partner)

    assert row.place.candidate.last_offered == offers[1].offered_at
    assert row.place.candidate.open_offers == 0
    assert row.place.candidate.asked


def test_order_takes_as_many_queries_for_many_partners(cast: Cast, lead: Lead) -> None:
    counts = []
    for more in (0, 20):
        for number in range(more):
            make_partner(f"Partner {number}", pam=None)
        with CaptureQueriesContext(connection) as asked:
            found = ranked(lead, WEDNESDAY)
        counts.append((len(asked), len(found)))

    assert counts == [(counts[0][0], 2), (counts[0][0], 22)]
    assert counts[0][0] <= 4


def test_spread_is_empty_before_anything_was_offered(cast: Cast, lead: Lead) -> None:
    found = {row.size.value: (row.partners, row.offers, row.share, row.hours) for row in spread(WEDNESDAY)}

    assert found == {
        "micro": (0, 0, None, None),
        "small": (2, 0, None, None),
        "medium": (0, 0, None, None),
        "large": (0, 0, None, None),
    }
    assert [row.per_partner for row in spread(WEDNESDAY)] == [None, 0, None, None]


def test_spread_forgets_what_is_older_than_a_year(cast: Cast) -> None:
    offer_to(cast.helix, cast.pam, now=MONDAY - timedelta(days=366))
    offer_to(cast.helix, cast.pam, now=MONDAY - timedelta(days=300))

    assert sum(row.offers for row in spread(MONDAY)) == 1
