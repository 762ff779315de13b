"""Our own seller in the demo: what happens once, and nothing when it is asked for again."""

from collections import Counter

from deals.cases.models import DirectCase
from deals.demo.direct import OPPORTUNITIES, direct_sales
from deals.direct.models import DirectOpportunity, DirectTouch
from prm.clocks.database import database_now
from tests.factories import Cast, make_account, make_approved


def test_demo_shows_opportunities_and_cases_of_each_kind(cast: Cast) -> None:
    for number in range(6):
        make_account(f"Werk{number * 7919} Maschinenbau", external_id=f"NW-{number}")
    for _deal in range(4):
        make_approved(cast.helix, cast.products["fleet-cloud"])

    direct_sales(database_now())

    stages = Counter(DirectOpportunity.objects.values_list("stage", flat=True))
    assert stages == {"won": 2, "proposal": 1, "negotiation": 1, "lost": 1}
    assert DirectOpportunity.objects.filter(uplift__gt=0).count() == 1
    assert Counter(DirectCase.objects.values_list("state", flat=True)) == {"permitted": 1, "breach": 1, "open": 1}
    before = DirectTouch.objects.count()
    assert before == len(OPPORTUNITIES) + 3

    direct_sales(database_now())

    assert DirectTouch.objects.count() == before
