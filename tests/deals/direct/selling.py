"""Our own seller at work: what the tests of direct sales begin with."""

from datetime import date, datetime
from typing import Any

from deals.cases.models import DirectCase
from deals.direct.actions import add_touch, create_opportunity
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.products.models import ProductLine
from deals.registrations.models import Registration
from partners.models import Account
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from tests.factories import MUELLER, Cast, make_approved


def protected(cast: Cast, *, product: str = "fleet-cloud") -> Registration:
    """A customer that Helix holds."""
    return make_approved(cast.helix, cast.products[product], **MUELLER)


def account_of(deal: Registration) -> Account:
    assert deal.account is not None
    return deal.account


def today() -> date:
    return local_date(database_now(), "Europe/Berlin")


def touch(account: Account, by: User, **given: Any) -> DirectTouch:
    values = {"kind": "call", "on": today(), "now": database_now(), **given}
    return add_touch(account=account, by=by, **values)


def opportunity(
    account: Account, by: User, *products: ProductLine, now: datetime | None = None, **values: Any
) -> DirectOpportunity:
    return create_opportunity(account=account, values=values, products=products, by=by, now=now or database_now())


def case_at(deal: Registration, by: User, **given: Any) -> DirectCase:
    """Opened by a touch."""
    return touch(account_of(deal), by, **given).cases.get()
