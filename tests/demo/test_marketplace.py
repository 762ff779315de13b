"""The demo's offers in marketplaces."""

from collections import Counter
from datetime import datetime

import pytest

from deals.demo.marketplace import marketplace
from deals.marketplace.models import MarketplaceOffer
from prm.clocks.database import database_now

pytestmark = pytest.mark.timeout(300)


def test_offers_stand_in_every_state_and_the_clock_went_on(started: datetime) -> None:
    for slug in ("helix", "orbit"):
        rows = MarketplaceOffer.objects.filter(created_by__email=f"rep@{slug}.example")
        assert set(Counter(rows.values_list("state", flat=True))) == {
            *("draft", "sent", "accepted", "expired", "withdrawn")
        }
    now = database_now()
    assert MarketplaceOffer.objects.over(now).count() + MarketplaceOffer.objects.to_remind(now).count() == 0
    assert [row.ended_at == row.expires_at for row in MarketplaceOffer.objects.filter(state="expired")] == [True] * 2
    before = MarketplaceOffer.objects.count()
    marketplace(now)
    assert MarketplaceOffer.objects.count() == before
