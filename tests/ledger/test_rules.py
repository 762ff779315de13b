"""The arithmetic of the ledger: to the cent, whatever is split or taken back."""

import random
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.currencies import coin_of
from prm.ledger.rules import month_of, next_month, split, taken_back

amounts = st.decimals(Decimal(0), Decimal(10**9), places=2)


def random_shares(draw: random.Random) -> list[Decimal]:
    """One to six shares of four decimals that add up to one."""
    cuts = sorted(draw.randint(0, 10_000) for _ in range(draw.randint(0, 5)))
    return [Decimal(after - before) / 10_000 for before, after in pairwise([0, *cuts, 10_000])]


def naive(amount: Decimal, shares: list[Decimal]) -> list[Decimal]:
    return [(amount * share).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN) for share in shares]


def test_ten_thousand_random_splits_lose_no_cent() -> None:
    draw = random.Random(20261121)
    off, off_when_rounded = 0, 0
    for _ in range(10_000):
        amount, shares = Decimal(draw.randint(1, 10**9)) / 100, random_shares(draw)
        parts = split(amount, shares, "EUR")
        off += sum(parts, Decimal(0)) != amount or any(
            abs(part - amount * share) >= Decimal("0.01") for part, share in zip(parts, shares, strict=True)
        )
        off_when_rounded += sum(naive(amount, shares), Decimal(0)) != amount

    assert off == 0
    # The control: rounding each part by itself is off in many of the same splits.
    assert off_when_rounded > 1000


@pytest.mark.parametrize(
    ("amount", "shares", "currency", "parts"),
    [
        ("100.00", ["1"], "EUR", ["100.00"]),
        ("100.00", ["0.3333", "0.3333", "0.3334"], "EUR", ["33.33", "33.33", "33.34"]),
        ("0.01", ["0.5", "0.5"], "EUR", ["0.01", "0.00"]),
        ("0.05", ["0.5", "0.5"], "EUR", ["0.03", "0.02"]),
        ("0.00", ["0.4", "0.6"], "EUR", ["0.00", "0.00"]),
        ("101.00", ["0.5", "0.5"], "JPY", ["51.00", "50.00"]),
        ("10.00", ["0", "1"], "EUR", ["0.00", "10.00"]),
        ("100.00", ["0.335", "0.332", "0.333"], "JPY", ["34.00", "33.00", "33.00"]),
    ],
)
def test_left_coins_go_to_the_largest_remainders(
    amount: str, shares: list[str], currency: str, parts: list[str]
) -> None:
    found = split(Decimal(amount), [Decimal(share) for share in shares], currency)

    assert [str(part) for part in found] == parts


@pytest.mark.parametrize(("currency", "coin"), [("EUR", "0.01"), ("USD", "0.01"), ("JPY", "1"), ("KRW", "1")])
def test_coin_is_the_smallest_amount_that_can_be_paid(currency: str, coin: str) -> None:
    assert coin_of(currency) == Decimal(coin)


@pytest.mark.parametrize(
    ("earned", "refunded", "of", "before", "expected"),
    [
        ("17280.00", "86400.00", "86400.00", "0", "17280.00"),
        ("17280.00", "43200.00", "86400.00", "0", "8640.00"),
        ("17280.00", "86400.00", "86400.00", "8640.00", "8640.00"),
        ("0.01", "1.00", "3.00", "0", "0.00"),
        ("0.01", "2.00", "3.00", "0", "0.01"),
        ("0.01", "3.00", "3.00", "0.01", "0.00"),
        ("10.00", "1.00", "3.00", "0", "3.33"),
        ("10.00", "2.00", "3.00", "3.33", "3.34"),
        ("10.00", "3.00", "3.00", "6.67", "3.33"),
    ],
)
def test_refund_takes_back_its_share(earned: str, refunded: str, of: str, before: str, expected: str) -> None:
    found = taken_back(
        Decimal(earned), refunded=Decimal(refunded), of=Decimal(of), before=Decimal(before), currency="EUR"
    )

    assert found == Decimal(expected)


@given(amounts, st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_many_small_refunds_take_back_as_much_as_a_large_one(earned: Decimal, coins: list[int]) -> None:
    of, before, refunded = Decimal(sum(coins)) / 100, Decimal(0), Decimal(0)
    for coin in coins:
        refunded += Decimal(coin) / 100
        taken = taken_back(earned, refunded=refunded, of=of, before=before, currency="EUR")
        assert taken >= 0
        before += taken
        assert before <= earned

    assert before == earned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11", date(2026, 11, 1)),
        ("2000-01", date(2000, 1, 1)),
        ("2099-12", date(2099, 12, 1)),
        ("1999-12", None),
        ("2100-01", None),
        ("2026-13", None),
        ("2026-00", None),
        ("2026-1", None),
        ("202611", None),
        ("2026-1١", None),
        ("20261-1", None),
        ("-026-11", None),
        ("", None),
        ("export", None),
    ],
)
def test_month_is_read_strictly(text: str, expected: date | None) -> None:
    assert month_of(text) == expected


@pytest.mark.parametrize(
    ("month", "after"), [(date(2026, 11, 1), date(2026, 12, 1)), (date(2026, 12, 1), date(2027, 1, 1))]
)
def test_month_after_the_last_is_in_the_next_year(month: date, after: date) -> None:
    assert next_month(month) == after
