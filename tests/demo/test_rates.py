"""The demo's rates of exchange."""

from datetime import datetime
from decimal import Decimal

import pytest

from deals.demo.rates import CURRENCIES, MISTYPED, MONTHS, rates
from prm.clocks.database import database_now
from prm.currencies import Money
from prm.rates.models import Rate
from prm.rates.rules import convert
from prm.rates.selectors import rates_for, together

pytestmark = pytest.mark.timeout(300)


def test_rates_of_a_year_are_known_and_one_was_corrected(started: datetime) -> None:
    now = database_now()
    months = sorted(set(Rate.objects.values_list("on", flat=True)))
    corrected = Rate.objects.with_standing().get(is_corrected=True)
    before = Rate.objects.count()
    rates(now)

    assert len(months) == len(MONTHS.strip().splitlines()) == 13
    assert {day.day for day in months} == {1}
    assert Rate.objects.counting().count() == 13 * len(CURRENCIES)
    assert (corrected.currency, corrected.value) == (MISTYPED[0], MISTYPED[2])
    assert Rate.objects.count() == before == 13 * len(CURRENCIES) + 1
    assert {rate.recorded_by.email for rate in Rate.objects.select_related("recorded_by") if rate.recorded_by} == {
        "finance@vendor.example"
    }
    assert Rate.objects.filter(recorded_at__gt=now).count() == 0


def test_sums_of_the_demo_come_to_one_figure(started: datetime) -> None:
    today = database_now().date()
    sums = [Money(Decimal(100), code) for code in ("EUR", *CURRENCIES)]
    figure = together(sums, today)
    known = rates_for(set(CURRENCIES), today)
    dollars = convert(Money(Decimal(100), "USD"), "EUR", today, known)

    assert figure is not None
    assert (figure.left_out, figure.oldest) == ((), today.replace(day=1))
    assert dollars is not None
    assert Decimal(80) < dollars.money.amount < Decimal(100)
    assert Decimal(400) < figure.money.amount < Decimal(460)
