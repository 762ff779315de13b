"""Whatever is recorded in whatever order: what counts is what a simple memory of it says."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from prm.clocks.database import database_now
from prm.currencies import Money
from prm.errors import StateConflict
from prm.rates.actions import Given, record_rate, take_in
from prm.rates.models import Rate
from prm.rates.rules import MOST_DAYS, convert
from prm.rates.selectors import rates_for
from tests.factories import Cast

CODES = ("USD", "GBP", "CHF")
STEPS = 60
Memory = dict[tuple[str, date], Given]


def drawn(draw: random.Random, last: date) -> Given:
    """Of the last ninety days, said in one way or the other; few values, so that the same comes again."""
    code, value = draw.choice(CODES), Decimal(draw.choice(["0.5", "0.8", "1.25", "2"]))
    pair = (code, "EUR") if draw.random() < 0.5 else ("EUR", code)
    return Given(*pair, value, last - timedelta(days=draw.randint(0, 90)), "story")


def record_one(given: Given, memory: Memory, cast: Cast) -> None:
    place = (given.currency, given.on)
    known = memory.get(place)
    if known is not None and (known.value, known.quotation) == (given.value, given.quotation):
        with pytest.raises(StateConflict):
            record_rate(given=given, by=cast.finance, now=database_now())
    else:
        record_rate(given=given, by=cast.finance, now=database_now())
        memory[place] = given


def take_many(rows: list[Given], memory: Memory, cast: Cast) -> None:
    once = list({(row.currency, row.on): row for row in rows}.values())
    puts = take_in(given=once, by=cast.admin, now=database_now())
    for row, put in zip(once, puts, strict=True):
        known = memory.get((row.currency, row.on))
        same = known is not None and (known.value, known.quotation) == (row.value, row.quotation)
        assert (put.is_unchanged, put.before is None) == (same, known is None)
        memory[(row.currency, row.on)] = row


def remembered(memory: Memory, code: str, on: date) -> Decimal | None:
    """What one of it is worth in euros on that day."""
    days = [day for known, day in memory if known == code and on - timedelta(days=MOST_DAYS) <= day <= on]
    if not days:
        return None
    found = memory[(code, max(days))]
    return found.value if found.quote == "EUR" else 1 / found.value


@pytest.mark.parametrize("seed", range(3))
def test_last_word_of_each_day_counts_and_nothing_is_lost(cast: Cast, seed: int) -> None:
    draw, memory, last = random.Random(seed), Memory(), database_now().date()
    for _step in range(STEPS):
        before = Rate.objects.count()
        if draw.random() < 0.6:
            record_one(drawn(draw, last), memory, cast)
        else:
            take_many([drawn(draw, last) for _ in range(draw.randint(1, 4))], memory, cast)
        assert Rate.objects.count() >= before

    counting = {(row.currency, row.on): (row.value, row.base) for row in Rate.objects.counting()}
    assert counting == {place: (given.value, given.base) for place, given in memory.items()}
    for ago in range(0, 100, 9):
        on = last - timedelta(days=ago)
        known = rates_for(set(CODES), on)
        for code in CODES:
            worth = remembered(memory, code, on)
            found = convert(Money(Decimal(100), code), "EUR", on, known)
            assert (found and found.money.amount) == (
                None if worth is None else (100 * worth).quantize(Decimal("0.01"))
            )
