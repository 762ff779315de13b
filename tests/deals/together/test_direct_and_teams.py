"""Our own sales at a customer that two partners share: each protection is met, and neither case names anybody."""

from datetime import timedelta

import pytest

from deals.cases.models import DirectCase
from deals.cases.selectors import met_by_opportunity
from deals.decisions.actions import approve
from deals.registrations.actions import lose
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.notices.models import Notice
from tests.deals.direct.selling import account_of, opportunity, today, touch
from tests.deals.direct.test_cases import decide
from tests.deals.reversals.test_reversing import reverse
from tests.deals.teaming.conftest import Pair, fresh
from tests.deals.together.conftest import check_honest, known, names_of, readable
from tests.factories import MUELLER, Cast, make_account, make_assessed, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["pair", "live"])
def team(request: pytest.FixtureRequest) -> Pair:
    found: Pair = request.getfixturevalue(request.param)
    return found.agreed()


def cases_of(team: Pair) -> list[DirectCase]:
    """Helix's, and Orbit's."""
    return [DirectCase.objects.with_nouns().get(registration=row) for row in team.rows]


def test_touch_meets_both(team: Pair) -> None:
    team.cast.orbit.partner.pam = team.cast.pam2
    team.cast.orbit.partner.save(update_fields=["pam"])
    occasion = touch(account_of(team.rows[0]), team.cast.seller)

    assert occasion.cases.count() == 2
    assert {case.protected_until for case in cases_of(team)} == {team.rows[0].protected_until}
    told = Notice.objects.filter(kind="deal.direct_case")
    assert {notice.user for notice in told} == {team.cast.pam, team.cast.pam2}


@pytest.mark.parametrize(("product", "met"), [("fleet-cloud", 2), ("telematics", 0)])
def test_opportunity_meets_both_for_their_products(team: Pair, product: str, met: int) -> None:
    found = opportunity(account_of(team.rows[0]), team.cast.seller, team.cast.products[product])

    assert found.cases.count() == met
    assert len(met_by_opportunity(found, database_now())) == met


def test_each_is_told_of_its_own_and_of_nobody_else(team: Pair) -> None:
    touch(account_of(team.rows[0]), team.cast.seller)
    for case in cases_of(team):
        decide(case, team.cast.pam, "breach", message="We have spoken with the seller.")

    told = Notice.objects.filter(kind="deal.direct_contact")
    assert {notice.user for notice in told} == {team.cast.helix.rep, team.cast.orbit.rep}
    names = names_of(team.cast.helix, team.deal) | names_of(team.cast.orbit, team.other) | {team.cast.seller.name}
    said = " ".join(f"{notice.title} {notice.body}" for notice in told)
    assert known(names, said) == set()
    paths = {notice.user: notice.path for notice in told}
    assert paths[team.cast.helix.rep] == team.deal.get_absolute_url()
    assert team.other.public_id not in readable(team.cast.helix, team.deal)
    check_honest()


def test_opportunity_has_room_for_one_of_them(team: Pair) -> None:
    found = opportunity(account_of(team.rows[0]), team.cast.seller, team.cast.products["fleet-cloud"])
    helix, orbit = cases_of(team)
    decide(helix, team.cast.pam, "attached")
    with pytest.raises(StateConflict):
        decide(orbit, team.cast.pam, "attached")
    decide(orbit, team.cast.pam, "permitted")

    found.refresh_from_db()
    assert found.partner == team.cast.helix.partner


def test_day_before_they_shared_was_the_first_ones_alone(live: Pair) -> None:
    held_since = database_now() - timedelta(days=3)
    live.other.protections.update(period=(held_since, live.other.protected_until))
    live.agreed()
    occasion = touch(account_of(live.rows[1]), live.cast.seller, on=today() - timedelta(days=1))

    assert [case.registration for case in occasion.cases.all()] == [live.other]


def test_touch_on_the_last_day_meets_both(team: Pair) -> None:
    lose(registration=fresh(team.deal), reason="price", by=team.cast.helix.rep, now=database_now())

    assert touch(account_of(team.rows[0]), team.cast.seller).cases.count() == 2


def test_case_outlives_the_protection_that_it_met(team: Pair) -> None:
    touch(account_of(team.rows[0]), team.cast.seller)
    reverse(team.other, team.cast.pam2)

    assert [case.is_open for case in cases_of(team)] == [True, True]
    for case in cases_of(team):
        decide(case, team.cast.pam, "permitted", message="The protection was a mistake.")
    assert [row.state for row in team.rows] == ["reversed", "reversed"]
    check_honest()


def test_nobody_is_met_where_nothing_is_protected(cast: Cast) -> None:
    deal = make_assessed(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    done = approve(registration=deal, outcome="non_exclusive", by=cast.pam, now=database_now())

    assert touch(account_of(done), cast.seller).cases.count() == 0
    assert opportunity(account_of(done), cast.seller).cases.count() == 0
    reverse(done, cast.pam2)
    assert touch(account_of(done), cast.seller).cases.count() == 0


def test_lead_that_is_offered_protects_nobody(cast: Cast) -> None:
    account = make_account(MUELLER["customer_name"])
    lead = make_lead(cast.pam, **MUELLER)
    asked = list(lead.offers.values_list("partner", "state"))

    assert touch(account, cast.seller).cases.count() == 0
    assert list(lead.offers.values_list("partner", "state")) == asked
