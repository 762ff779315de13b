"""What the scheduler does with offers: each thing once, however late it comes and however often."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest

from deals.marketplace import actions, sweeping
from deals.marketplace.models import MarketplaceOffer, MarketplaceOfferQuerySet
from deals.marketplace.sweeping import offers_due
from deals.tasks import remind_due
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.deals.marketplace.making import make_offer
from tests.deals.marketplace.test_verbs import events, told
from tests.deals.punctuality.test_races import together
from tests.factories import Cast, make_approved

NOON = datetime(2026, 3, 4, 11, tzinfo=UTC)
LAST = date(2026, 3, 20)
# The end of that day on the wall of Helix.
OVER = datetime(2026, 3, 20, 22, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_partner_is_reminded_twice_and_then_it_is_over(cast: Cast) -> None:
    offer = make_offer(make_approved(cast.helix), cast.helix.rep, expires_on=LAST, now=NOON)
    first = offer.next_reminder_at
    assert first is not None
    moments = [first - SECOND, first, first, first + timedelta(days=6), OVER - SECOND, OVER, OVER + SECOND]

    done = [offers_due(now=moment) for moment in moments[:5]]
    rep = cast.helix.rep.email
    assert told() == [("reminded", rep), ("reminded", rep)]
    titles = list(Notice.objects.filter(kind="marketplace.reminded").order_by("pk").values_list("title", flat=True))
    done += [offers_due(now=moment) for moment in moments[5:]]

    assert done == [0, 1, 0, 1, 0, 1, 0]
    assert events() == ["added", "sent", "reminded", "reminded", "expired"]
    # What was only to be recalled is no longer said.
    assert told() == [("expired", rep)]
    assert titles == [
        "The offer to Acme Freight in AWS Marketplace ends in 7 days",
        "The offer to Acme Freight in AWS Marketplace ends tomorrow",
    ]
    offer.refresh_from_db()
    assert (offer.state, offer.ended_at, offer.ended_by, offer.next_reminder_at) == ("expired", OVER, None, None)


def test_missed_reminders_collapse_and_what_was_accepted_is_left_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    deal, rep = make_approved(cast.helix), cast.helix.rep
    for _ in range(5):
        make_offer(deal, rep, expires_on=LAST, now=NOON)
    taken = make_offer(deal, rep, expires_on=LAST, now=NOON)
    actions.move_offer(offer=taken, state="accepted", by=rep, now=NOON)

    assert [offers_due(now=OVER - SECOND), offers_due(now=OVER)] == [5, 5]
    assert events().count("reminded") == 5
    assert sorted(MarketplaceOffer.objects.values_list("state", flat=True)) == ["accepted", *["expired"] * 5]


def test_task_looks_after_offers_too(cast: Cast) -> None:
    offer = make_offer(make_approved(cast.helix), cast.helix.rep)
    MarketplaceOffer.objects.update(expires_at=database_now() - SECOND)

    remind_due()

    offer.refresh_from_db()
    assert offer.state == "expired"


def test_runs_at_once_tell_once(live_cast: Cast) -> None:
    make_offer(make_approved(live_cast.helix), live_cast.helix.rep, expires_on=LAST, now=NOON)

    assert sum(together(*[lambda: offers_due(now=OVER)] * 4)) == 1
    assert (events().count("expired"), len(told())) == (1, 1)


def test_without_their_locks_runs_at_once_record_it_twice(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: everybody has read the sent offer before anybody writes."""
    make_offer(make_approved(live_cast.helix), live_cast.helix.rep, expires_on=LAST, now=NOON)
    read, plain = Barrier(2), sweeping._claimed
    monkeypatch.setattr(MarketplaceOfferQuerySet, "select_for_update", lambda rows, **_how: rows)

    def claimed(rows: MarketplaceOfferQuerySet) -> list[MarketplaceOffer]:
        found = plain(rows)
        if found:
            read.wait(timeout=20)
        return found

    monkeypatch.setattr(sweeping, "_claimed", claimed)
    monkeypatch.setattr(sweeping.notices, "expired", lambda *_given, **_more: None)

    together(*[lambda: offers_due(now=OVER)] * 2)

    assert events().count("expired") == 2
