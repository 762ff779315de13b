"""Whose protection an occasion meets."""

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from psycopg.types.range import TimestamptzRange

from deals.cases.rules import Shield, concerned
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.protections.models import Protection
from deals.teaming.models import Holder
from partners.customers.selectors import accounts_like
from partners.models import Account
from prm.accounts.models import User
from prm.clocks.calendar import end_of_day
from prm.matching import Band
from prm.matching.rulebook import in_force


def met_by_touch(touch: DirectTouch, by: User, now: datetime) -> Mapping[int, datetime | None]:
    """By registration the end of each protection that held on that day, on the seller's wall."""
    zone = by.time_zone or (by.organisation.time_zone if by.organisation else "UTC")
    start = datetime.combine(touch.on, time(), ZoneInfo(zone))
    return _met(touch.account, TimestamptzRange(start, end_of_day(touch.on, zone)), frozenset(), now)


def met_by_opportunity(opportunity: DirectOpportunity, now: datetime) -> Mapping[int, datetime | None]:
    """Those that hold now, for the products that it is about."""
    products = frozenset(product.pk for product in opportunity.products.all())
    return _met(opportunity.account, TimestamptzRange(now, now, "[]"), products, now)


def _met(
    account: Account, when: TimestamptzRange, products: frozenset[int], now: datetime
) -> Mapping[int, datetime | None]:
    rows = Protection.objects.filter(account__in=_the_same(account, now), period__overlap=when)
    shields = [
        Shield(registration, product, period.upper)
        for registration, product, period in rows.values_list("registration_id", "product_id", "period")
    ]
    met = concerned(shields, products)
    return {**met, **_sharing(met, when)}


def _sharing(met: Mapping[int, datetime | None], when: TimestamptzRange) -> dict[int, datetime | None]:
    """Those that shared one of these protections at that time: it is written once, and theirs as well."""
    seats = Holder.objects.agreed().filter(teaming__lead__in=met, teaming__ended_at__lte=when.upper)
    rows = seats.exclude(registration__in=met).values_list("registration", "teaming__lead")
    return {registration: met[lead] for registration, lead in rows}


def _the_same(account: Account, now: datetime) -> set[int]:
    """The account, and every other that is certainly the same customer."""
    found = accounts_like(account.identity, thresholds=in_force(now).values.thresholds)
    return {account.pk, *(other.pk for other, match in found if match.band == Band.BLOCK)}
