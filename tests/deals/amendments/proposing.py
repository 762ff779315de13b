"""What the tests of consented cuts do again and again."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from deals.amendments import actions
from deals.amendments.models import Amendment
from deals.earnings.rules import first_year_end
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.engagement.claiming import fresh, won
from tests.factories import Cast, make_approved

WHY = "The customer got a discount that neither of us had planned."
MANAGED = {
    "motion": "managed",
    "recurring_amount": Decimal(2000),
    "recurring_per": "month",
    "recurring_months": 36,
}


def propose(
    deal: Registration, by: User, *, once: str = "", yearly: str = "", now: datetime | None = None, reason: str = WHY
) -> Amendment:
    rates = {name: Decimal(rate) for name, rate in (("once", once), ("yearly", yearly)) if rate}
    actions.propose_amendment(registration=fresh(deal), reason=reason, by=by, now=now or database_now(), **rates)
    return Amendment.objects.filter(registration=deal).order_by("-pk")[0]


def proposed(cast: Cast, **changes: Any) -> Registration:
    """15 % where 20 % were frozen."""
    deal = make_approved(cast.helix, **changes)
    propose(deal, cast.pam, once="0.15")
    return deal


def answer(deal: Registration, by: User, accept: bool, *, text: str = "", now: datetime | None = None) -> Registration:
    moment = now or database_now()
    return actions.answer_amendment(registration=fresh(deal), accept=accept, text=text, by=by, now=moment)


def withdraw(deal: Registration, by: User) -> Registration:
    return actions.withdraw_amendment(registration=fresh(deal), by=by, now=database_now())


def managed(cast: Cast, *, years: int = 0) -> Registration:
    """Won so many whole years ago, with 5 % of 24,000 each year; the years are not booked yet."""
    deal = won(make_approved(cast.helix, **MANAGED))
    assert deal.closed_on is not None
    day = deal.closed_on.replace(year=deal.closed_on.year - years, day=min(deal.closed_on.day, 28))
    Registration.objects.filter(pk=deal.pk).update(closed_on=day, next_yearly_on=first_year_end(deal.terms, day))
    return fresh(deal)
