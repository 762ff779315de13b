"""The volume rebate in numbers, reckoned beforehand with fractions: currency, volume, per cent, what it brings."""

from decimal import Decimal

import pytest

from deals.incentives import VolumeRebate, steps_in
from deals.rebates.rules import reached, rebate

LADDERS = VolumeRebate(
    steps=(
        *("EUR 100000 1", "EUR 250000 2", "EUR 500000 3.5"),
        *("USD 50000 0.5", "USD 1000000 1.25"),
        *("JPY 10000000 1", "JPY 50000000 2.75"),
        "CHF 1 100",
    )
)
TABLE = """
    EUR 0.00 0 0.00
    EUR 99999.99 0 0.00
    EUR 100000.00 1 1000.00
    EUR 100000.01 1 1000.00
    EUR 150000.00 1 1500.00
    EUR 249999.99 1 2500.00
    EUR 250000.00 2 5000.00
    EUR 250000.01 2 5000.00
    EUR 375000.00 2 7500.00
    EUR 499999.99 2 10000.00
    EUR 500000.00 3.5 17500.00
    EUR 500000.01 3.5 17500.00
    EUR 750000.00 3.5 26250.00
    EUR 1672089.00 3.5 58523.12
    EUR 685704.99 3.5 23999.67
    EUR 1991219.29 3.5 69692.68
    EUR 962436.43 3.5 33685.28
    EUR 1853404.13 3.5 64869.14
    EUR 1986150.10 3.5 69515.25
    EUR 1750284.25 3.5 61259.95
    EUR 1422814.90 3.5 49798.52
    EUR 77860.30 0 0.00
    EUR 1249896.29 3.5 43746.37
    EUR 668545.63 3.5 23399.10
    EUR 1742077.81 3.5 60972.72
    EUR 139192.51 1 1391.93
    EUR 421044.56 2 8420.89
    USD 0.00 0 0.00
    USD 49999.99 0 0.00
    USD 50000.00 0.5 250.00
    USD 50000.01 0.5 250.00
    USD 75000.00 0.5 375.00
    USD 999999.99 0.5 5000.00
    USD 1000000.00 1.25 12500.00
    USD 1000000.01 1.25 12500.00
    USD 1500000.00 1.25 18750.00
    USD 607769.90 0.5 3038.85
    USD 1996050.39 1.25 24950.63
    USD 2518295.24 1.25 31478.69
    USD 1323777.81 1.25 16547.22
    USD 2044178.49 1.25 25552.23
    USD 2919293.89 1.25 36491.17
    USD 547470.88 0.5 2737.35
    USD 3081323.28 1.25 38516.54
    USD 1338584.11 1.25 16732.30
    USD 70406.27 0.5 352.03
    USD 3925512.68 1.25 49068.91
    USD 1163559.24 1.25 14544.49
    USD 2191244.29 1.25 27390.55
    USD 1500459.55 1.25 18755.74
    JPY 0.00 0 0.00
    JPY 9999999.00 0 0.00
    JPY 10000000.00 1 100000.00
    JPY 10000001.00 1 100000.00
    JPY 15000000.00 1 150000.00
    JPY 49999999.00 1 500000.00
    JPY 50000000.00 2.75 1375000.00
    JPY 50000001.00 2.75 1375000.00
    JPY 75000000.00 2.75 2062500.00
    JPY 59675878.00 2.75 1641087.00
    JPY 46039117.00 1 460391.00
    JPY 198338419.00 2.75 5454307.00
    JPY 62055220.00 2.75 1706519.00
    JPY 5679701.00 0 0.00
    JPY 43177870.00 1 431779.00
    JPY 76175269.00 2.75 2094820.00
    JPY 93049799.00 2.75 2558869.00
    JPY 180340923.00 2.75 4959375.00
    JPY 69824580.00 2.75 1920176.00
    JPY 102358669.00 2.75 2814863.00
    JPY 86825779.00 2.75 2387709.00
    JPY 60769780.00 2.75 1671169.00
    JPY 83141661.00 2.75 2286396.00
    CHF 0.00 0 0.00
    CHF 0.99 0 0.00
    CHF 1.00 100 1.00
    CHF 1.01 100 1.01
    CHF 1.50 100 1.50
    CHF 1.35 100 1.35
    CHF 0.33 0 0.00
    CHF 1.69 100 1.69
    CHF 1.54 100 1.54
    CHF 3.08 100 3.08
    CHF 3.00 100 3.00
    CHF 0.01 0 0.00
    CHF 3.05 100 3.05
    CHF 3.47 100 3.47
    CHF 3.62 100 3.62
    CHF 1.73 100 1.73
    CHF 0.33 0 0.00
    CHF 1.58 100 1.58
    CHF 1.81 100 1.81
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("currency", ["EUR", "USD", "JPY", "CHF"])
def test_every_volume_brings_what_the_table_says(currency: str) -> None:
    steps = steps_in(LADDERS, currency)
    mine = [row for row in ROWS if row[0] == currency]
    found = []
    for _currency, volume, _rate, _amount in mine:
        step = reached(Decimal(volume), steps)
        rate = step.rate * 100 if step else Decimal(0)
        found.append((rate, rebate(Decimal(volume), steps, currency)))

    assert found == [(Decimal(rate), Decimal(amount)) for _currency, _volume, rate, amount in mine]


def test_table_has_every_currency_and_both_sides_of_every_step() -> None:
    assert {row[0] for row in ROWS} == {"EUR", "USD", "JPY", "CHF"}
    for currency in ("EUR", "USD", "JPY", "CHF"):
        volumes = {Decimal(row[1]) for row in ROWS if row[0] == currency}
        for step in steps_in(LADDERS, currency):
            assert step.above in volumes
            assert min(step.above - volume for volume in volumes if volume < step.above) <= 1
