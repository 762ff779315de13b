"""One offer, entered and moved by several at the same moment. The control shows that the tests can fail."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from deals.marketplace import actions
from deals.marketplace.models import MarketplaceOffer, MarketplaceOfferQuerySet
from deals.sheets import Change
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.notices.models import Notice
from tests.deals.marketplace.making import make_offer, offer_values
from tests.deals.marketplace.test_verbs import events
from tests.deals.punctuality.test_races import together
from tests.factories import Cast, make_approved

PARALLEL = 6


def tried(verb: Callable[[], Any]) -> Callable[[], bool]:
    """Whether it did something."""

    def attempt() -> bool:
        try:
            verb()
        except StateConflict:
            return False
        return True

    return attempt


def moving(cast: Cast, offer: MarketplaceOffer, state: str) -> Callable[[], bool]:
    now = database_now()
    return tried(lambda: actions.move_offer(offer=offer, state=state, by=cast.helix.rep, now=now))


def test_buyer_accepts_once_and_nobody_withdraws_what_is_accepted(live_cast: Cast) -> None:
    offer = make_offer(make_approved(live_cast.helix), live_cast.helix.rep)
    calls = [moving(live_cast, offer, state) for state in ("accepted", "withdrawn")]

    done = together(*calls * (PARALLEL // 2))

    assert done.count(True) == 1
    state = MarketplaceOffer.objects.get().state
    assert events() == ["added", "sent", state]
    assert Notice.objects.filter(kind="marketplace.accepted").count() == (state == "accepted")


def test_same_id_is_entered_once(live_cast: Cast) -> None:
    deal, rep, now = make_approved(live_cast.helix), live_cast.helix.rep, database_now()
    values = offer_values(offer_id="o-1")

    done = together(*[tried(lambda: actions.add_offer(registration=deal, values=values, by=rep, now=now))] * PARALLEL)

    assert (done.count(True), MarketplaceOffer.objects.count(), events().count("added")) == (1, 1, 1)


def test_what_a_marketplace_reports_twice_at_once_is_there_once(live_cast: Cast) -> None:
    deal, rep, now = make_approved(live_cast.helix), live_cast.helix.rep, database_now()
    values = offer_values(offer_id="o-1")
    changes: list[Change] = []

    def put() -> None:
        changes.append(actions.put_offer(registration=deal, values=values, by=rep, now=now)[1])

    together(*[tried(put)] * PARALLEL)

    assert (MarketplaceOffer.objects.count(), changes.count(Change.NEW)) == (1, 1)
    assert set(changes) <= {Change.NEW, Change.UNCHANGED}
    assert events() == ["added", "sent"]


def test_without_its_lock_an_offer_is_accepted_and_withdrawn(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: everybody has read the sent offer before anybody writes."""
    offer = make_offer(make_approved(live_cast.helix), live_cast.helix.rep)
    read = Barrier(2)
    monkeypatch.setattr(MarketplaceOfferQuerySet, "select_for_update", lambda rows, **_how: rows)
    monkeypatch.setattr(actions, "_check", lambda *_given: read.wait(timeout=20))

    done = together(*[moving(live_cast, offer, state) for state in ("accepted", "withdrawn")])

    assert done == [True, True]
