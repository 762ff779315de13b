"""What our own sales do, as it is found when a partner registers the customer."""

from datetime import timedelta

from deals.conflicts.actions import assess_pending
from deals.conflicts.selectors import case_of
from deals.direct.actions import close_opportunity, withdraw_touch
from deals.direct.rules import OLDEST_TOUCH
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from tests.deals.direct.selling import opportunity, today, touch
from tests.factories import MUELLER, Cast, make_account, make_assessed

NAMED = {"name": "Müller Logistik GmbH", "city": "Hamburg", "website": "mueller-logistik.de"}
FOUND = ("direct_opportunity", "direct_touch")


def found(deal: Registration) -> list[tuple[str, str, str]]:
    assess_pending()
    rows = deal.findings.filter(kind__in=FOUND).order_by("kind", "band")
    return [(row.kind, row.band, row.clause) for row in rows]


def registered(cast: Cast, product: str = "fleet-cloud") -> Registration:
    return make_assessed(cast.helix, cast.products[product], **MUELLER)


def test_open_opportunity_and_recent_touch_are_looked_at(cast: Cast) -> None:
    account = make_account(**NAMED)
    opportunity(account, cast.seller, cast.products["fleet-cloud"])
    touch(account, cast.seller, on=today() - timedelta(days=60))
    touch(account, cast.seller, on=today() - timedelta(days=61))

    both = [("direct_opportunity", "review", "3.7"), ("direct_touch", "review", "3.7")]
    assert found(registered(cast)) == both


def test_what_is_over_or_about_something_else_is_not_found(cast: Cast) -> None:
    account, now = make_account(**NAMED), database_now()
    opportunity(account, cast.seller, cast.products["telematics"])
    ended = opportunity(account, cast.seller)
    close_opportunity(opportunity=ended, stage="lost", closed_on=today(), by=cast.seller, now=now)
    withdraw_touch(touch=touch(account, cast.seller), by=cast.seller, now=now)
    touch(account, cast.seller, on=today() - timedelta(days=61))
    opportunity(make_account(), cast.seller)

    assert found(registered(cast)) == []


def test_what_is_entered_afterwards_is_told_and_takes_no_place(cast: Cast) -> None:
    account = make_account(**NAMED)
    deal = registered(cast)
    opportunity(account, cast.seller)
    touch(account, cast.seller)

    assert found(deal) == [("direct_opportunity", "hint", "3.7"), ("direct_touch", "hint", "3.7")]


def test_it_is_checked_again_when_the_opportunity_ends(cast: Cast) -> None:
    made = opportunity(make_account(**NAMED), cast.seller)
    deal = registered(cast)
    assert found(deal) == [("direct_opportunity", "review", "3.7")]

    close_opportunity(opportunity=made, stage="lost", closed_on=today(), by=cast.seller, now=database_now())

    assert found(deal) == []


def test_however_much_is_known_a_case_holds_little_of_it(cast: Cast) -> None:
    account = make_account(**NAMED)
    for number in range(25):
        opportunity(account, cast.seller)
        touch(account, cast.seller, on=today() - timedelta(days=number))
    touch(account, cast.seller, on=today() - OLDEST_TOUCH)

    case = case_of(registered(cast), now=database_now())

    kinds = [item.kind for item in case.customers[0].direct]
    assert (kinds.count("direct_opportunity"), kinds.count("direct_touch")) == (20, 1)
    assert max(item.on for item in case.customers[0].direct if item.kind == "direct_touch") == today()
