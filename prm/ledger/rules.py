"""Arithmetic of the ledger: whole coins in, whole coins out, and nothing is lost on the way."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from prm.currencies import STORED_DIGITS, coin_of

CENT = Decimal(1).scaleb(-STORED_DIGITS)
FIRST_YEAR, LAST_YEAR = 2000, 2099


def split(amount: Decimal, shares: Sequence[Decimal], currency: str) -> list[Decimal]:
    """The amount by shares that add up to one; the parts add up to the amount.

    Each part is rounded down to a coin, and the coins that are left go to the largest remainders; among equal ones to
    whoever comes first.
    """
    coin = coin_of(currency)
    exact = [amount * share for share in shares]
    parts = [part.quantize(coin, rounding=ROUND_DOWN) for part in exact]
    left = int((amount - sum(parts, Decimal(0))) / coin)
    by_remainder = sorted(range(len(parts)), key=lambda number: (parts[number] - exact[number], number))
    for number in by_remainder[:left]:
        parts[number] += coin
    return [part.quantize(CENT) for part in parts]


def taken_back(earned: Decimal, *, refunded: Decimal, of: Decimal, before: Decimal, currency: str) -> Decimal:
    """What a refund takes back of an entry: the refunded share of it, less what was taken back `before`.

    `refunded` counts all refunds of the deal, `of` is what it was won for. Reckoned from the sum of all refunds, so
    that many small ones take back as much as a large one, and the last one leaves nothing.
    """
    due = (earned * refunded / of).quantize(coin_of(currency), rounding=ROUND_HALF_EVEN).quantize(CENT)
    return max(Decimal("0.00"), min(due, earned) - before)


def month_of(text: str) -> date | None:
    """The first day of `2026-11`; None for what is no month between 2000 and 2099."""
    year, mark, month = text.partition("-")
    if not (mark and len(text) == len("2026-11") and text.isascii() and (year + month).isdecimal()):
        return None
    if not (FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(month) <= 12):
        return None
    return date(int(year), int(month), 1)


def month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
