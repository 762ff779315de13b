from typing import Any

import pytest

from deals.conflicts.actions import assess_pending
from deals.registrations.models import Registration
from deals.teaming.actions import Proposal, answer_teaming, propose
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import MUELLER, Cast, make_approved, make_assessed

REASON = "Both have worked on it for weeks."


def fresh(deal: Registration) -> Registration:
    return Registration.objects.with_nouns().get(pk=deal.pk)


def ask_both(deal: Registration, cast: Cast, share: int = 60, **given: Any) -> Registration:
    """Proposed by the account manager of both."""
    proposal = Proposal(**{"share": share, "message": REASON, **given})
    return propose(registration=fresh(deal), proposal=proposal, by=cast.pam, now=database_now())


def reply(deal: Registration, by: User, *, accept: bool = True) -> Registration:
    return answer_teaming(registration=fresh(deal), accept=accept, by=by, now=database_now())


class Pair:
    """Helix's registration, which is being decided, and Orbit's for the same customer and product."""

    def __init__(self, cast: Cast, *, live: bool) -> None:
        product = cast.products["fleet-cloud"]
        self.cast = cast
        self.other = make_approved(cast.orbit, product, **MUELLER) if live else None
        self.deal = make_assessed(cast.helix, product, **MUELLER)
        if self.other is None:
            self.other = make_assessed(cast.orbit, product, **MUELLER)
        # Whoever was there before is looked at again.
        assess_pending()

    def asked(self, share: int = 60, **given: Any) -> "Pair":
        ask_both(self.deal, self.cast, share, other=fresh(self.other), **given)
        return self

    def agreed(self, share: int = 60, **given: Any) -> "Pair":
        self.asked(share, **given)
        reply(self.deal, self.cast.helix.rep)
        reply(self.other, self.cast.orbit.rep)
        return self

    @property
    def rows(self) -> tuple[Registration, Registration]:
        return fresh(self.deal), fresh(self.other)


@pytest.fixture
def pair(cast: Cast) -> Pair:
    """Both wait for their decision."""
    return Pair(cast, live=False)


@pytest.fixture
def live(cast: Cast) -> Pair:
    """Orbit is protected, and Helix would like to be."""
    return Pair(cast, live=True)
