"""The volume rebate in the ledger: once for each period, of each currency by itself, and lowered by refunds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from deals.rebates.actions import reckon_due
from deals.rebates.models import Rebate
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA, DealRules
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from prm.notices.models import Notice
from prm.policy.actions import publish
from prm.policy.models import PolicyVersion
from tests.deals.test_api import Caller
from tests.deals.test_earning import taken, won
from tests.factories import Cast, Team

STEPS = ["EUR 100000 1", "EUR 250000 2", "USD 100000 3"]


@pytest.fixture(autouse=True)
def offered(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("live_cast" if "live_cast" in request.fixturenames else "cast")
    values = DealRules().model_dump(mode="json") | {"volume_rebate": {"period": "quarter", "steps": STEPS}}
    PolicyVersion.objects.filter(schema=SCHEMA, number=1).update(values=values)


def sold(team: Team, value: str, at: datetime, **changes: Any) -> Registration:
    deal = won(team, value, **changes)
    Registration.objects.filter(pk=deal.pk).update(ended_at=at)
    deal.refresh_from_db()
    return deal


def quarter() -> tuple[datetime, datetime]:
    """A moment of the quarter before this one, and one after it."""
    now = database_now()
    first = datetime(now.year, (now.month - 1) // 3 * 3 + 1, 1, tzinfo=UTC)
    return first - timedelta(days=40), first + timedelta(days=2)


def booked(team: Team) -> list[tuple[str, Decimal, str]]:
    rows = Entry.objects.filter(organisation=team.organisation, subject_type="rebate").order_by("pk")
    return list(rows.values_list("kind", "amount", "currency"))


def test_period_is_reckoned_once_and_told(cast: Cast) -> None:
    then, after = quarter()
    sold(cast.orbit, "60000.00", then)
    sold(cast.orbit, "45000.50", then)
    sold(cast.orbit, "900000.00", after)
    counts = [reckon_due(now=after + timedelta(hours=hour)) for hour in range(3)]
    entry = Entry.objects.get(kind="rebate")
    told = Notice.objects.filter(kind="earnings.rebate")

    assert counts == [2, 0, 0]
    assert booked(cast.orbit) == [("rebate", Decimal("1050.00"), "EUR")]
    assert (entry.rate, entry.base, entry.seller) == (Decimal("0.01"), Decimal("105000.50"), None)
    assert entry.label.startswith("Volume rebate 20")
    assert [notice.user for notice in told] == [cast.orbit.admin]
    assert Event.objects.get(kind="rebate.earned").organisation_id == cast.orbit.organisation.pk
    assert sorted(Rebate.objects.values_list("currency", "amount")) == [("EUR", Decimal("1050.00")), ("USD", 0)]


def test_currencies_are_never_added_up(cast: Cast) -> None:
    then, after = quarter()
    sold(cast.orbit, "90000.00", then)
    sold(cast.orbit, "99999.99", then, currency="USD")
    reckon_due(now=after)

    assert booked(cast.orbit) == []


def test_only_resellers_have_one(cast: Cast) -> None:
    then, after = quarter()
    sold(cast.helix, "500000.00", then)

    assert reckon_due(now=after) == 0
    assert not Rebate.objects.exists()


def test_period_that_runs_is_not_reckoned(cast: Cast) -> None:
    _then, after = quarter()
    sold(cast.orbit, "500000.00", after)

    reckon_due(now=after + timedelta(hours=1))
    assert booked(cast.orbit) == []


def test_refund_before_the_reckoning_is_in_the_sum(cast: Cast) -> None:
    then, after = quarter()
    deal = sold(cast.orbit, "110000.00", then)
    taken(cast, deal, "10000.00")
    reckon_due(now=after)

    assert booked(cast.orbit) == [("rebate", Decimal("1000.00"), "EUR")]


def test_refund_afterwards_takes_back_what_the_rebate_is_too_high_by(cast: Cast) -> None:
    then, after = quarter()
    deal = sold(cast.orbit, "200000.00", then)
    sold(cast.orbit, "60000.00", then)
    reckon_due(now=after)
    taken(cast, deal, "5000.00")
    taken(cast, deal, "10000.00")
    taken(cast, deal, "185000.00")

    assert booked(cast.orbit) == [
        ("rebate", Decimal("5200.00"), "EUR"),
        ("reversal", Decimal("-100.00"), "EUR"),
        ("reversal", Decimal("-2650.00"), "EUR"),
        ("reversal", Decimal("-2450.00"), "EUR"),
    ]
    assert Rebate.objects.get(currency="EUR").volume == Decimal("60000.00")
    assert deal.public_id not in {entry.subject_id for entry in Entry.objects.filter(subject_type="rebate")}


def test_refund_of_a_deal_outside_the_period_leaves_it_alone(cast: Cast) -> None:
    then, after = quarter()
    sold(cast.orbit, "200000.00", then)
    later = sold(cast.orbit, "50000.00", after)
    reckon_due(now=after)
    taken(cast, later, "50000.00")

    assert booked(cast.orbit) == [("rebate", Decimal("2000.00"), "EUR")]


def test_rules_of_the_first_day_count(cast: Cast) -> None:
    then, now = quarter()[0], database_now()
    sold(cast.orbit, "200000.00", then)
    meaner = DealRules().model_dump(mode="json") | {"volume_rebate": {"steps": ["EUR 100000 0.5"]}}
    publish(schema=SCHEMA, values=meaner, effective_from=now, by=cast.admin, now=now)
    reckon_due(now=now + timedelta(days=1))

    assert booked(cast.orbit) == [("rebate", Decimal("2000.00"), "EUR")]


def test_programme_without_steps_reckons_nothing(cast: Cast) -> None:
    then, after = quarter()
    PolicyVersion.objects.filter(schema=SCHEMA).update(values=DealRules().model_dump(mode="json"))
    sold(cast.orbit, "900000.00", then)

    assert reckon_due(now=after) == 0


def test_many_workers_reckon_once(live_cast: Cast) -> None:
    then, after = quarter()
    sold(live_cast.orbit, "200000.00", then)

    def work(_number: int) -> int:
        try:
            return reckon_due(now=after)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(work, range(12)))

    assert sum(counts) == Rebate.objects.count() == 2
    assert booked(live_cast.orbit) == [("rebate", Decimal("2000.00"), "EUR")]


def test_reseller_sees_how_far_it_has_come(cast: Cast) -> None:
    sold(cast.orbit, "150000.00", database_now())
    pages = {}
    for name, user in (("orbit", cast.orbit.admin), ("rep", cast.orbit.rep), ("helix", cast.helix.admin)):
        client = Client()
        client.force_login(user)
        pages[name] = client.get("/earnings/").content.decode()

    assert "Volume rebate 20" in pages["orbit"]
    assert "€1,500" in pages["orbit"]
    assert "€100,000 more, and you earn 2% of everything" in pages["orbit"]
    assert "Volume rebate 20" not in pages["rep"] + pages["helix"]


@pytest.mark.parametrize(
    ("who", "value", "currency", "expected"),
    [
        ("orbit", "100000.00", "EUR", ("0.02", "3500.00")),
        ("orbit", "10000.00", "EUR", ("0.01", "100.00")),
        ("orbit", "10000.00", "USD", ("0", "0.00")),
        ("orbit", "10000.00", "GBP", None),
        ("helix", "100000.00", "EUR", None),
    ],
)
def test_quote_says_what_a_deal_adds(cast: Cast, who: str, value: str, currency: str, expected: Any) -> None:
    sold(cast.orbit, "150000.00", database_now())
    team = getattr(cast, who)
    body = {"value": {"amount": value, "currency": currency}, "motion": "resale", "engagement": "shared"}
    found = Caller(team.rep).post("deals/quote", body).json()["rebate"]

    assert (found and (found["rate"], found["amount"]["amount"])) == expected


def test_card_beside_the_form_says_it_too(cast: Cast) -> None:
    sold(cast.orbit, "150000.00", database_now())
    client = Client()
    client.force_login(cast.orbit.rep)
    asked = "/deals/earnings/?value=100000&currency=EUR&motion=resale&engagement=shared"
    told = client.get(asked).content.decode()

    assert "€3,500</b> more as volume rebate" in told
