"""Amounts of one currency in another: exact fractions inside, coins outside, and never a guess."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from prm.currencies import Money, minor_digits
from prm.rates.states import Quotation

# A rate that is older says nothing of the day: the last one of a month serves the whole next month.
MOST_DAYS = 40
WHOLE, PLACES = 10, 10
LEAST, MOST = Decimal(1).scaleb(-PLACES), Decimal(10) ** WHOLE - Decimal(1).scaleb(-PLACES)
_RATE = re.compile(rf"[0-9]{{1,{WHOLE}}}(\.[0-9]{{1,{PLACES}}})?")


@dataclass(frozen=True)
class Quote:
    """What was recorded for a day: one unit of `currency` in the reporting one, or the other way round.

    `number` rises with every record: of two for one day the last one counts.
    """

    currency: str
    on: date
    value: Decimal
    quotation: str = Quotation.DIRECT
    number: int = 0

    @property
    def worth(self) -> Fraction:
        """Of one unit, in the reporting currency."""
        value = Fraction(self.value)
        return value if self.quotation == Quotation.DIRECT else 1 / value


@dataclass(frozen=True)
class Rates:
    """What is known, all of it against the reporting currency."""

    reporting: str
    quotes: tuple[Quote, ...] = ()

    def last(self, currency: str, on: date, within: int = MOST_DAYS) -> Quote | None:
        """The newest of the day or before it, no more than `within` days old; never one of a later day."""
        first = on - timedelta(days=within)
        known = [quote for quote in self.quotes if quote.currency == currency and first <= quote.on <= on]
        return max(known, key=lambda quote: (quote.on, quote.number), default=None)


@dataclass(frozen=True)
class Converted:
    """`rate` is what one unit was converted at, to ten places. `on` is the older day of the rates that were used;
    None where none was needed."""

    money: Money
    rate: Decimal
    on: date | None


def convert(money: Money, target: str, on: date, rates: Rates, *, within: int = MOST_DAYS) -> Converted | None:
    """None where a rate is missing: whoever asks has to say so. Two others meet in the reporting currency."""
    if money.currency == target:
        return Converted(Money(_rounded(Fraction(money.amount), target), target), Decimal(1), None)
    used = [rates.last(code, on, within) for code in (money.currency, target) if code != rates.reporting]
    known = {quote.currency: quote for quote in used if quote is not None}
    if len(known) < len(used):
        return None
    factor = Fraction(1)
    factor *= known[money.currency].worth if money.currency in known else 1
    factor /= known[target].worth if target in known else 1
    amount = _rounded(Fraction(money.amount) * factor, target)
    return Converted(Money(amount, target), _places(factor, PLACES), min(quote.on for quote in known.values()))


@dataclass(frozen=True)
class Together:
    """Sums of several currencies as one figure. `left_out` are those without a rate; `oldest` is the oldest day of
    the rates that were used. Without any there is nothing to show but what is left out."""

    money: Money
    oldest: date | None
    left_out: tuple[str, ...] = ()

    @property
    def is_of_several(self) -> bool:
        return self.oldest is not None

    @property
    def figure(self) -> Money | None:
        """None where nothing could be converted."""
        return self.money if self.is_of_several else None


def together(
    sums: Iterable[Money], on: date, rates: Rates, *, within: int = MOST_DAYS, target: str = ""
) -> Together | None:
    """None where everything is of one currency, and there is nothing to add up."""
    by_currency = summed(sums)
    if len(by_currency) < 2:
        return None
    into = target or rates.reporting
    found = {code: convert(Money(by_currency[code], code), into, on, rates, within=within) for code in by_currency}
    amounts = [each.money.amount for each in found.values() if each]
    days = [each.on for each in found.values() if each and each.on]
    left_out = tuple(sorted(code for code, each in found.items() if each is None))
    return Together(Money(sum(amounts, Decimal(0)), into), min(days, default=None), left_out)


def summed(sums: Iterable[Money]) -> dict[str, Decimal]:
    """By currency, without those of which nothing is left."""
    found: dict[str, Decimal] = {}
    for money in sums:
        found[money.currency] = found.get(money.currency, Decimal(0)) + money.amount
    return {currency: amount for currency, amount in found.items() if amount}


def read_rate(text: str, mark: str = ".") -> Decimal | None:
    """What somebody typed, with the decimal mark of the own way of writing; None for what is no rate."""
    plain = text.strip().replace(mark, ".", 1) if mark != "." and "." not in text else text.strip()
    value = Decimal(plain) if _RATE.fullmatch(plain) else None
    return value if value is not None and is_rate(value) else None


def is_rate(value: Decimal) -> bool:
    return value.is_finite() and LEAST <= value <= MOST and value == value.quantize(LEAST)


def plain(value: Decimal) -> str:
    """With the decimals that it has, and no others."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(amount: Fraction, currency: str) -> Decimal:
    """To the smallest coin; what is half way goes to the even one."""
    return _places(amount, minor_digits(currency))


def _places(number: Fraction, places: int) -> Decimal:
    return Decimal(f"{round(number * 10**places)}e-{places}")
