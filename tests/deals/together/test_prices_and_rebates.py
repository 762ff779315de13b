"""Held prices and volume rebates of deals that are shared, reversed or refunded."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from deals.decisions.actions import approve
from deals.earnings.actions import refund
from deals.holds.actions import remind_holds
from deals.holds.models import PriceHold
from deals.rebates.actions import reckon_due
from deals.rebates.models import Rebate
from deals.rebates.selectors import Period, progress, volumes
from deals.registrations.actions import lose, win
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.ledger.states import Kind
from prm.notices.models import Notice
from tests.deals.appeals.asking import rejected
from tests.deals.rebates.test_reckoning import quarter, sold
from tests.deals.reversals.test_reversing import reverse
from tests.deals.teaming.conftest import Pair, fresh
from tests.deals.test_api import Caller
from tests.deals.together.conftest import check_honest, ruled, sums
from tests.factories import MUELLER, Cast, Team, make_approved, make_registration

pytestmark = pytest.mark.django_db

NO_PRICES: list[str] = []


def held(deal: Registration) -> list[str]:
    """In the terms and as rows, which say the same."""
    deal = fresh(deal)
    rows = PriceHold.objects.running(database_now()).filter(registration=deal)
    said = [hold["product"] for hold in deal.terms.get("holds", [])]
    assert [row.product.slug for row in rows] == said
    return said


@pytest.mark.parametrize(
    ("msp", "mssp", "helix", "orbit"),
    [
        (12, 0, ["fleet-cloud"], NO_PRICES),
        (0, 12, NO_PRICES, ["fleet-cloud"]),
        (12, 6, ["fleet-cloud"], ["fleet-cloud"]),
        (0, 0, NO_PRICES, NO_PRICES),
    ],
)
@pytest.mark.parametrize("live", [False, True])
def test_each_holds_prices_by_its_own_model(
    cast: Cast, live: bool, msp: int, mssp: int, helix: list[str], orbit: list[str]
) -> None:
    ruled(price_hold={"months_msp": msp, "months_mssp": mssp, "products": []})
    cast.orbit.partner.model = "mssp"
    cast.orbit.partner.save(update_fields=["model"])
    team = Pair(cast, live=live).agreed()

    assert (held(team.deal), held(team.other)) == (helix, orbit)
    for row, by in zip(team.rows, (cast.helix.rep, cast.orbit.rep), strict=True):
        told = Caller(by).get(f"deals/{row.public_id}").json()["terms"]
        assert [one["product"] for one in told.get("holds") or []] == held(row)
    check_honest()


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("side", ["deal", "other"])
def test_held_prices_end_with_what_was_reversed(cast: Cast, live: bool, side: str) -> None:
    ruled(price_hold={"months_msp": 12, "months_mssp": 0, "products": []})
    team = Pair(cast, live=live).agreed()
    until = PriceHold.objects.get().until
    reverse(getattr(team, side), cast.pam2)

    hold = PriceHold.objects.get()
    assert hold.since < hold.until <= database_now()
    assert held(team.deal) == held(team.other) == []
    assert remind_holds(now=until - timedelta(days=1)) == 0
    assert not Notice.objects.filter(kind="deal.price_hold_ending").exists()
    check_honest()


@pytest.mark.parametrize(("way", "price"), [("lost", "120.00"), ("reversed", "150.00")])
def test_renewal_has_the_price_of_what_was_lost_but_not_of_what_was_a_mistake(cast: Cast, way: str, price: str) -> None:
    ruled(price_hold={"months_msp": 12, "months_mssp": 0, "products": []})
    product = cast.products["fleet-cloud"]
    product.list_price = Decimal("120.00")
    product.save(update_fields=["list_price"])
    deal = make_approved(cast.helix, product, **MUELLER)
    if way == "lost":
        lose(registration=deal, reason="price", by=cast.helix.rep, now=database_now())
    else:
        reverse(deal, cast.pam2)
    product.list_price = Decimal("150.00")
    product.save(update_fields=["list_price"])
    again = make_registration(cast.helix, product, opportunity="renewal", **MUELLER)
    account = deal.account.public_id if deal.account else ""
    renewed = approve(registration=again, account=account, by=cast.pam, now=database_now())

    assert [one["price"]["amount"] for one in renewed.terms["holds"]] == [price]


def test_reversed_approval_without_a_protection_holds_no_price(cast: Cast) -> None:
    ruled(price_hold={"months_msp": 12, "months_mssp": 0, "products": []})
    asked = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    deal = approve(registration=asked, outcome="non_exclusive", by=cast.pam, now=database_now())
    assert held(deal) == ["fleet-cloud"]
    reverse(deal, cast.pam2)

    assert held(deal) == []


@pytest.fixture
def sellers(cast: Cast) -> Cast:
    """Both are resellers, with a rebate from EUR 50,000 on."""
    ruled(volume_rebate={"period": "quarter", "steps": ["EUR 50000 2"]})
    cast.helix.partner.model = "var"
    cast.helix.partner.save(update_fields=["model"])
    return cast


def won_together(cast: Cast, value: str, at: datetime, *, winner: str = "helix", share: int = 60) -> Pair:
    team = Pair(cast, live=False).agreed(share)
    deal, by = (team.deal, cast.helix.rep) if winner == "helix" else (team.other, cast.orbit.rep)
    now = database_now()
    said = {"closed_on": now.date(), "early_reason": "Signed at once."}
    win(registration=fresh(deal), value=Decimal(value), by=by, now=now, **said)
    Registration.objects.filter(pk__in=[team.deal.pk, team.other.pk]).update(ended_at=at)
    return team


def rebates(*teams: Team) -> list[Decimal]:
    return [sums(team.organisation).get(Kind.REBATE, Decimal(0)) for team in teams]


@pytest.mark.parametrize("winner", ["helix", "orbit"])
def test_what_is_shared_counts_for_each_with_its_part(sellers: Cast, winner: str) -> None:
    then, after = quarter()
    won_together(sellers, "150000.01", then, winner=winner)
    reckon_due(now=after)

    assert sorted(Rebate.objects.values_list("volume", flat=True)) == [Decimal("60000.00"), Decimal("90000.01")]
    assert rebates(sellers.helix, sellers.orbit) == [Decimal("1800.00"), Decimal("1200.00")]
    check_honest()


def test_part_that_is_too_small_brings_nothing(sellers: Cast) -> None:
    then, after = quarter()
    won_together(sellers, "60000.00", then, share=90)
    reckon_due(now=after)

    assert rebates(sellers.helix, sellers.orbit) == [Decimal("1080.00"), Decimal(0)]


def test_refund_of_what_is_shared_lowers_the_rebates_of_both(sellers: Cast) -> None:
    then, after = quarter()
    team = won_together(sellers, "150000.00", then)
    reckon_due(now=after)
    given = {"reason": "Half of it came back.", "by": sellers.finance, "now": database_now()}
    refund(registration=fresh(team.deal), amount=Decimal("20000.00"), **given)
    lowered = {
        row.partner.organisation.name: row.volume for row in Rebate.objects.select_related("partner__organisation")
    }

    assert lowered == {"Helix Systems": Decimal("78000.00"), "Orbit Solutions": Decimal("52000.00")}
    for each, too_much in ((sellers.helix, Decimal("-240.00")), (sellers.orbit, Decimal("-160.00"))):
        found = sums(each.organisation)
        once = found[Kind.ONCE] * Decimal("20000") / Decimal("150000")
        assert found[Kind.REVERSAL] == too_much - once.quantize(Decimal("0.01"))
    refund(registration=fresh(team.deal), amount=Decimal("130000.00"), **given)

    assert [sum(sums(each.organisation).values()) for each in (sellers.helix, sellers.orbit)] == [0, 0]
    check_honest()


@pytest.mark.parametrize("paid", [None, Decimal("500.00")])
def test_reversed_decisions_are_no_volume(sellers: Cast, paid: Decimal | None) -> None:
    then, after = quarter()
    for deal in (make_approved(sellers.orbit), rejected(sellers, team=sellers.orbit)):
        reverse(deal, sellers.pam2, amount=paid)
    Registration.objects.filter(state="reversed").update(ended_at=then)
    orbit = sellers.orbit.partner

    assert volumes(orbit, Period(then.date() - timedelta(days=60), after.date())) == {}
    assert reckon_due(now=after) == 1
    assert rebates(sellers.orbit) == [0]
    Registration.objects.filter(state="reversed").update(ended_at=database_now())
    assert [row.volume for row in progress(orbit, database_now())] == [0]


def test_compensation_is_no_volume_beside_what_was_won(sellers: Cast) -> None:
    then, after = quarter()
    sold(sellers.orbit, "60000.00", then)
    reverse(make_approved(sellers.orbit), sellers.pam2, amount=Decimal("900.00"))
    reckon_due(now=after)

    found = sums(sellers.orbit.organisation)
    assert (found[Kind.REBATE], found[Kind.COMPENSATION]) == (Decimal("1200.00"), Decimal("900.00"))
