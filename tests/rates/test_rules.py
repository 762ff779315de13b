"""Converting: exact, to the coin, by the last rate that was known on the day, and never by a guess."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prm.currencies import Money, coin_of
from prm.rates.rules import (
    LEAST,
    MOST,
    MOST_DAYS,
    Converted,
    Quote,
    Rates,
    Together,
    convert,
    is_rate,
    read_rate,
    summed,
    together,
)
from prm.rates.states import Quotation

DAY = date(2026, 11, 20)
OTHERS = ("USD", "GBP", "JPY", "KRW", "PLN")
RATES = Rates(
    "EUR",
    (
        Quote("USD", date(2026, 11, 2), Decimal("0.8")),
        Quote("USD", date(2026, 11, 18), Decimal("0.9")),
        Quote("USD", date(2026, 11, 18), Decimal("0.92"), number=1),
        Quote("USD", date(2026, 11, 21), Decimal("5")),
        Quote("JPY", date(2026, 11, 16), Decimal("160"), Quotation.INDIRECT),
        Quote("CHF", date(2026, 10, 11), Decimal("1.05")),
        Quote("PLN", date(2026, 10, 10), Decimal("4"), Quotation.INDIRECT),
    ),
)


def told(found: Converted | None) -> tuple[str, str, str, str] | None:
    if found is None:
        return None
    return (found.money.plain, found.money.currency, f"{found.rate.normalize():f}", str(found.on))


# Amount, from, to, day: what it comes to, in what, at which rate of which day.
TABLE = [
    # The last one of the day counts, and tomorrow's does not.
    (("100.00", "USD", "EUR", DAY), ("92.00", "EUR", "0.92", "2026-11-18")),
    (("100.00", "USD", "EUR", DAY + timedelta(1)), ("500.00", "EUR", "5", "2026-11-21")),
    (("100.00", "USD", "EUR", date(2026, 11, 17)), ("80.00", "EUR", "0.8", "2026-11-02")),
    (("100.00", "USD", "EUR", date(2026, 11, 1)), None),
    # The other way round, and through the reporting currency: the older of the two days is told.
    (("92.00", "EUR", "USD", DAY), ("100.00", "USD", "1.0869565217", "2026-11-18")),
    (("16000", "JPY", "EUR", DAY), ("100.00", "EUR", "0.00625", "2026-11-16")),
    (("1.00", "EUR", "JPY", DAY), ("160", "JPY", "160", "2026-11-16")),
    (("92.00", "USD", "JPY", DAY), ("13542", "JPY", "147.2", "2026-11-16")),
    (("13542", "JPY", "USD", DAY), ("92.00", "USD", "0.0067934783", "2026-11-16")),
    # Half a coin goes to the even one.
    (("0.50", "EUR", "JPY", date(2026, 11, 16)), ("80", "JPY", "160", "2026-11-16")),
    (("4", "JPY", "EUR", DAY), ("0.02", "EUR", "0.00625", "2026-11-16")),
    (("-12", "JPY", "EUR", DAY), ("-0.08", "EUR", "0.00625", "2026-11-16")),
    # Forty days old is known, a day more is not.
    (("10.00", "CHF", "EUR", DAY), ("10.50", "EUR", "1.05", "2026-10-11")),
    (("10.00", "PLN", "EUR", DAY), None),
    (("10.00", "CHF", "PLN", DAY), None),
    # Nobody needs a rate to stay where they are.
    (("10.00", "EUR", "EUR", DAY), ("10.00", "EUR", "1", "None")),
    (("10.00", "GBP", "GBP", DAY), ("10.00", "GBP", "1", "None")),
    (("10.00", "GBP", "EUR", DAY), None),
    (("10.00", "EUR", "GBP", DAY), None),
]


@pytest.mark.parametrize(("asked", "answer"), TABLE)
def test_amount_is_converted(asked: tuple[str, str, str, date], answer: tuple[str, ...] | None) -> None:
    amount, source, target, on = asked

    assert told(convert(Money(Decimal(amount), source), target, on, RATES)) == answer


def test_rate_serves_as_long_as_is_asked_for() -> None:
    money = Money(Decimal(10), "PLN")

    assert convert(money, "EUR", DAY, RATES, within=MOST_DAYS + 1) is not None
    assert convert(money, "EUR", DAY, RATES, within=MOST_DAYS) is None
    assert RATES.last("USD", date(2026, 11, 18), 0) == RATES.quotes[2]


values = st.decimals(Decimal("0.0001"), Decimal(20_000), places=10)
amounts = st.decimals(-(Decimal(10) ** 9), Decimal(10) ** 9, places=2)
days = st.dates(DAY - timedelta(60), DAY + timedelta(20))
quotes = st.builds(
    Quote, st.sampled_from(OTHERS), days, values, st.sampled_from(Quotation.values), st.integers(min_value=0)
)
books = st.builds(lambda rows: Rates("EUR", tuple(rows)), st.lists(quotes, max_size=12))
codes = st.sampled_from(("EUR", *OTHERS))


@given(amounts, codes, codes, books)
@example(Decimal("0.005"), "EUR", "EUR", Rates("EUR"))
def test_same_currency_is_the_same_amount_to_the_coin(amount: Decimal, one: str, other: str, rates: Rates) -> None:
    found = convert(Money(amount, one), one, DAY, rates)

    assert found == Converted(Money(amount.quantize(coin_of(one)), one), Decimal(1), None)
    assert convert(Money(Decimal(0), other), other, DAY, rates) == Converted(Money(Decimal(0), other), Decimal(1), None)


@given(amounts, codes, codes, books)
def test_way_back_comes_within_a_coin(amount: Decimal, one: str, other: str, rates: Rates) -> None:
    """A coin of the one, or what a coin of the other is worth in it: nobody can pay less."""
    money = Money(amount.quantize(coin_of(one)), one)
    there = convert(money, other, DAY, rates)
    coin = convert(Money(coin_of(other), other), one, DAY, rates)
    if there is None or coin is None:
        assert there is None
        assert coin is None
        return
    back = convert(there.money, one, DAY, rates)
    assert back is not None

    assert abs(back.money.amount - money.amount) <= coin_of(one) + coin.money.amount
    assert there.on == back.on


@given(amounts, codes, codes, books)
def test_later_and_forgotten_rates_change_nothing(amount: Decimal, one: str, other: str, rates: Rates) -> None:
    known = tuple(row for row in rates.quotes if DAY - timedelta(MOST_DAYS) <= row.on <= DAY)
    found = convert(Money(amount, one), other, DAY, rates)

    assert found == convert(Money(amount, one), other, DAY, Rates("EUR", known))
    assert found is None or found.on is None or DAY - timedelta(MOST_DAYS) <= found.on <= DAY


@given(st.lists(amounts, min_size=2, max_size=8), codes, codes, books)
def test_more_is_never_worth_less(many: list[Decimal], one: str, other: str, rates: Rates) -> None:
    found = [convert(Money(amount, one), other, DAY, rates) for amount in sorted(many)]
    worth = [each.money.amount for each in found if each]

    assert len(worth) in {0, len(many)}
    assert all(less <= more for less, more in pairwise(worth))


def sums(text: str) -> list[Money]:
    return [Money(Decimal(amount), currency) for currency, amount in (part.split(":") for part in text.split())]


@pytest.mark.parametrize(
    ("added", "figure"),
    [
        ("", None),
        ("EUR:5", None),
        ("USD:5 USD:7", None),
        ("EUR:5 USD:0", None),
        ("EUR:5 USD:3 USD:-3", None),
        ("EUR:5 USD:100 EUR:3", Together(Money(Decimal("100.00"), "EUR"), date(2026, 11, 18))),
        ("EUR:5 USD:100 JPY:16000", Together(Money(Decimal("197.00"), "EUR"), date(2026, 11, 16))),
        ("USD:100 JPY:16000", Together(Money(Decimal("192.00"), "EUR"), date(2026, 11, 16))),
        ("USD:100 SEK:1 GBP:1", Together(Money(Decimal("92.00"), "EUR"), date(2026, 11, 18), ("GBP", "SEK"))),
        ("EUR:5 GBP:1", Together(Money(Decimal("5.00"), "EUR"), None, ("GBP",))),
        ("SEK:5 GBP:1", Together(Money(Decimal(0), "EUR"), None, ("GBP", "SEK"))),
    ],
)
def test_sums_come_to_one_figure_and_say_what_it_leaves_out(added: str, figure: Together | None) -> None:
    assert together(sums(added), DAY, RATES) == figure
    assert figure is None or figure.is_of_several == (figure.oldest is not None)


def test_sums_may_be_wanted_in_another_currency() -> None:
    found = together(sums("EUR:92 USD:1"), DAY, RATES, target="USD")

    assert found == Together(Money(Decimal("101.00"), "USD"), date(2026, 11, 18))
    assert summed(sums("EUR:1 USD:2 EUR:2 CHF:0")) == {"EUR": Decimal(3), "USD": Decimal(2)}


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.0832", ".", "1.0832"),
        (" 163.52 ", ".", "163.52"),
        ("1,0832", ",", "1.0832"),
        ("1.0832", ",", "1.0832"),
        ("0.0000000001", ".", "0.0000000001"),
        ("9999999999.9999999999", ".", "9999999999.9999999999"),
        *((text, ".", None) for text in ("", "0", "0.0", "-1", "+1", "1,0832", "1e3", "NaN", "Infinity", "1 000")),
        *((text, ".", None) for text in ("1.", ".5", "0.00000000001", "10000000000", "١", "1.2.3", "1/2", "x")),
        *((text, ",", None) for text in ("1,083,2", "1.083,2", ",5", "")),
    ],
)
def test_rate_is_read_or_refused(text: str, mark: str, value: str | None) -> None:
    assert read_rate(text, mark) == (Decimal(value) if value else None)


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        *((LEAST, True), (MOST, True), (Decimal(1), True)),
        *((LEAST / 10, False), (MOST + LEAST, False), (Decimal(0), False), (Decimal(-1), False)),
        *((Decimal("NaN"), False), (Decimal("Infinity"), False), (Decimal("1.00000000001"), False)),
    ],
)
def test_rate_is_above_nothing_and_has_ten_decimals(value: Decimal, fits: bool) -> None:
    assert is_rate(value) is fits
