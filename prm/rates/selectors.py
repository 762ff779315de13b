"""Which rates count on a day, and what sums come to together at them."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.conf import settings

from prm.currencies import Money
from prm.rates import rules
from prm.rates.models import Rate
from prm.rates.rules import MOST_DAYS, Converted, Quote, Rates, Together


def rates_for(currencies: Collection[str], on: date) -> Rates:
    """What converting amounts of these currencies on that day needs; one query, none where all are the programme's."""
    reporting = settings.PRM_CURRENCY
    others = sorted(set(currencies) - {reporting})
    if not others:
        return Rates(reporting)
    known = Rate.objects.between(reporting, on - timedelta(days=MOST_DAYS), on).filter(currency__in=others)
    rows = known.last_of_each().values_list("currency", "on", "value", "quotation")
    return Rates(reporting, tuple(Quote(*row) for row in rows))


def worths(amounts: Iterable[Money], on: date) -> dict[Money, Converted]:
    """What those in other currencies are worth in the programme's, where a rate is known; one query at most."""
    reporting = settings.PRM_CURRENCY
    others = {money for money in amounts if money.currency != reporting}
    rates = rates_for({money.currency for money in others}, on)
    found = {money: rules.convert(money, reporting, on, rates) for money in others}
    return {money: converted for money, converted in found.items() if converted}


def together(sums: Iterable[Money], on: date) -> Together | None:
    """None where everything is of one currency; then nothing is asked."""
    [found] = all_together([sums], on)
    return found


def all_together(many: Iterable[Iterable[Money]], on: date) -> list[Together | None]:
    """The same for several sums of a page; one query for all of them."""
    sums = [rules.summed(each) for each in many]
    rates = rates_for({code for each in sums if len(each) > 1 for code in each}, on)
    return [rules.together((Money(each[code], code) for code in each), on, rates) for each in sums]
