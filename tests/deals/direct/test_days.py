"""Which day of a touch meets which protection, on whose wall."""

from datetime import UTC, date, datetime, timedelta

import pytest
from psycopg.types.range import TimestamptzRange

from deals.cases.selectors import met_by_opportunity, met_by_touch
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.protections.models import Protection
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.direct.selling import account_of, opportunity, protected
from tests.factories import Cast, make_account, make_user

START, END = datetime(2026, 9, 1, 10, tzinfo=UTC), datetime(2026, 9, 30, 21, 59, 59, tzinfo=UTC)


@pytest.fixture
def deal(cast: Cast) -> Registration:
    """Protected in September, in Berlin."""
    deal = protected(cast)
    Protection.objects.update(period=TimestamptzRange(START, END))
    return deal


def met(deal: Registration, by: User, on: date) -> dict[int, datetime | None]:
    return dict(met_by_touch(DirectTouch(account=account_of(deal), on=on), by, database_now()))


@pytest.mark.parametrize(
    ("on", "meets"),
    [
        (date(2026, 8, 30), False),
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2026, 9, 2), True),
        (date(2026, 9, 15), True),
        (date(2026, 9, 29), True),
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 2), False),
    ],
)
def test_day_inside_of_the_protection_meets_it(deal: Registration, cast: Cast, on: date, meets: bool) -> None:
    assert met(deal, cast.seller, on) == ({deal.pk: END} if meets else {})


@pytest.mark.parametrize(
    ("zone", "on", "meets"),
    [
        ("Europe/Berlin", date(2026, 10, 1), False),
        ("America/New_York", date(2026, 9, 30), True),
        ("America/New_York", date(2026, 10, 1), False),
        ("Asia/Tokyo", date(2026, 10, 1), True),
        ("Asia/Tokyo", date(2026, 10, 2), False),
        ("Pacific/Kiritimati", date(2026, 9, 1), False),
        ("Pacific/Kiritimati", date(2026, 9, 2), True),
    ],
)
def test_day_is_the_one_on_the_sellers_wall(deal: Registration, cast: Cast, zone: str, on: date, meets: bool) -> None:
    cast.seller.time_zone = zone

    assert bool(met(deal, cast.seller, on)) is meets


def test_seller_who_belongs_nowhere_has_a_wall_too(deal: Registration, cast: Cast) -> None:
    assert met(deal, make_user("gone@vendor.example", None), date(2026, 9, 15)) == {deal.pk: END}


def test_protection_without_an_end_is_met_from_its_beginning_on(deal: Registration, cast: Cast) -> None:
    Protection.objects.update(period=TimestamptzRange(START, None))

    assert met(deal, cast.seller, date(2026, 8, 31)) == {}
    assert met(deal, cast.seller, date(2026, 11, 1)) == {deal.pk: None}


@pytest.mark.parametrize(
    ("now", "meets"),
    [
        (START - timedelta(seconds=1), False),
        (START, True),
        (START + timedelta(days=10), True),
        (END - timedelta(seconds=1), True),
        (END, False),
        (END + timedelta(days=1), False),
    ],
)
def test_opportunity_meets_what_holds_at_that_moment(
    deal: Registration, cast: Cast, now: datetime, meets: bool
) -> None:
    made = opportunity(account_of(deal), cast.seller)

    assert dict(met_by_opportunity(made, now)) == ({deal.pk: END} if meets else {})


@pytest.mark.parametrize(
    ("slugs", "meets"),
    [
        ([], True),
        (["fleet-cloud"], True),
        (["fleet-cloud", "telematics"], True),
        (["telematics"], False),
        (["route-planner", "telematics"], False),
    ],
)
def test_opportunity_meets_the_products_that_it_is_about(
    deal: Registration, cast: Cast, slugs: list[str], meets: bool
) -> None:
    made = opportunity(account_of(deal), cast.seller, *[cast.products[slug] for slug in slugs])
    found = DirectOpportunity.objects.get(pk=made.pk)

    assert bool(met_by_opportunity(found, START)) is meets


def test_stranger_with_another_name_meets_nothing(deal: Registration, cast: Cast) -> None:
    other = make_account("Ziegelei Sachsen", website="ziegelei-sachsen.de")

    assert dict(met_by_touch(DirectTouch(account=other, on=date(2026, 9, 15)), cast.seller, database_now())) == {}
