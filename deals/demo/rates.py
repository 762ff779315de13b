"""Rates of exchange of the demo: a year of months, as finance took them in, and one that had to be corrected."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from partners.demo.cast import VENDOR, VENDOR_ZONE, address
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.ledger.rules import month_before
from prm.rates.actions import Given, record_rate, take_in
from prm.rates.models import Rate

EURO, SOURCE = "EUR", "ECB reference rate"
CURRENCIES = ("USD", "GBP", "CHF", "JPY", "PLN")
# What one euro was worth on the first day of each month: this month first, then the one before it.
MONTHS = """
    1.1570 0.8790 0.9310 178.40 4.2480
    1.1621 0.8742 0.9287 177.92 4.2544
    1.1738 0.8729 0.9342 173.56 4.2627
    1.1689 0.8668 0.9371 172.28 4.2658
    1.1555 0.8671 0.9299 171.64 4.2701
    1.1787 0.8573 0.9352 169.17 4.2441
    1.1419 0.8428 0.9337 163.29 4.2542
    1.1312 0.8503 0.9358 163.03 4.2752
    1.0803 0.8355 0.9549 161.43 4.1748
    1.0465 0.8281 0.9386 156.83 4.1469
    1.0244 0.8315 0.9425 160.02 4.2168
    1.0321 0.8297 0.9398 161.87 4.2716
    1.0510 0.8304 0.9316 157.38 4.3025
"""
# Two digits changed places, which somebody saw a day later.
MISTYPED = ("PLN", 3, Decimal("4.6258"))
HOUR = time(16, 15)


def rates(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it. The table is in euros."""
    if Rate.objects.exists() or settings.PRM_CURRENCY != EURO:
        return
    by = User.objects.get(email=address("finance", VENDOR))
    zone = ZoneInfo(VENDOR_ZONE)
    for number, on, given in reversed(list(_months(local_date(now, VENDOR_ZONE)))):
        taken = datetime.combine(on, HOUR, zone)
        right = next(each for each in given if each.quote == MISTYPED[0])
        is_wrong = number == MISTYPED[1]
        sent = [_mistyped(each) if is_wrong and each is right else each for each in given]
        take_in(given=sent, by=by, now=min(taken, now))
        if is_wrong:
            record_rate(given=right, by=by, now=taken + timedelta(hours=18))


def _months(today: date) -> Iterator[tuple[int, date, list[Given]]]:
    """The newest first; each with its number and first day."""
    on = today.replace(day=1)
    for number, line in enumerate(MONTHS.strip().splitlines()):
        values = map(Decimal, line.split())
        yield number, on, [Given(EURO, code, value, on, SOURCE) for code, value in zip(CURRENCIES, values, strict=True)]
        on = month_before(on)


def _mistyped(given: Given) -> Given:
    return Given(given.base, given.quote, MISTYPED[2], given.on, given.source)
