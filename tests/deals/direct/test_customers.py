"""What becomes of direct sales when two customers become one, and one again."""

import pytest

from deals.direct.actions import close_opportunity, withdraw_touch
from deals.direct.models import DirectOpportunity, DirectTouch
from partners.merges.actions import merge, undo
from partners.merges.sockets import HOLDINGS
from partners.models import Account, AccountMerge
from prm.clocks.database import database_now
from tests.deals.direct.selling import opportunity, today, touch
from tests.factories import Cast, make_account


@pytest.fixture
def pair(db: None) -> tuple[Account, Account]:
    """Nobody takes them for one another."""
    one = make_account("Brauerei Oberland", website="")
    into = make_account("Werft Nordsee", website="")
    return one, into


def merged(cast: Cast, pair: tuple[Account, Account]) -> AccountMerge:
    one, into = pair
    return merge(account=one, into=into, by=cast.pam, now=database_now())


def at(account: Account) -> tuple[int, int]:
    """How many opportunities and touches stand there."""
    opportunities = DirectOpportunity.objects.filter(account=account).count()
    touches = DirectTouch.objects.filter(account=account).count()
    return opportunities, touches


def test_rooms_are_known_to_whoever_merges() -> None:
    assert {"direct_opportunities", "direct_touches"} <= set(HOLDINGS.names())


def test_everything_goes_along_and_comes_back(cast: Cast, pair: tuple[Account, Account]) -> None:
    one, into = pair
    opportunity(one, cast.seller)
    opportunity(into, cast.seller)
    touch(one, cast.seller)
    touch(one, cast.seller, kind="mail")
    done = merged(cast, pair)
    assert (at(one), at(into)) == ((0, 0), (2, 2))

    undo(given=done, by=cast.pam, now=database_now())

    assert (at(one), at(into)) == ((1, 2), (1, 0))


def test_what_has_ended_goes_along_too(cast: Cast, pair: tuple[Account, Account]) -> None:
    one, into = pair
    ended, noted = opportunity(one, cast.seller), touch(one, cast.seller)
    now = database_now()
    close_opportunity(opportunity=ended, stage="lost", closed_on=today(), by=cast.seller, now=now)
    withdraw_touch(touch=noted, by=cast.seller, now=now)

    merged(cast, pair)

    assert (at(one), at(into)) == ((0, 0), (1, 1))


def test_what_was_entered_meanwhile_stays_where_it_is(cast: Cast, pair: tuple[Account, Account]) -> None:
    one, into = pair
    opportunity(one, cast.seller)
    done = merged(cast, pair)
    opportunity(into, cast.seller)
    touch(into, cast.seller)

    undo(given=done, by=cast.pam, now=database_now())

    assert (at(one), at(into)) == ((1, 0), (1, 1))


def test_what_went_on_elsewhere_is_not_given_back(cast: Cast, pair: tuple[Account, Account]) -> None:
    one, into = pair
    moved = opportunity(one, cast.seller)
    done = merged(cast, pair)
    other = make_account("Ziegelei Sachsen", website="")
    DirectOpportunity.objects.filter(pk=moved.pk).update(account=other)

    undo(given=done, by=cast.pam, now=database_now())

    assert (at(one), at(into), at(other)) == ((0, 0), (0, 0), (1, 0))
