"""The whole plan in numbers: what each cell brings of three values, once and each year, reckoned beforehand by hand.

A line is motion, opportunity, engagement, value, currency, what is earned once, and what each year ("-" for nothing).
"""

from decimal import Decimal

import pytest

from deals.registrations.quotes import Recurring, lines
from deals.registrations.states import Engagement, Motion, Opportunity
from deals.rulebook import DealRules

TABLE = """
    referral new assisted 86400.00 EUR 8640.00 -
    referral new shared 86400.00 EUR 8640.00 -
    referral new independent 86400.00 EUR 8640.00 -
    referral renewal assisted 86400.00 EUR 4320.00 -
    referral renewal shared 86400.00 EUR 4320.00 -
    referral renewal independent 86400.00 EUR 4320.00 -
    referral expansion assisted 86400.00 EUR 8640.00 -
    referral expansion shared 86400.00 EUR 8640.00 -
    referral expansion independent 86400.00 EUR 8640.00 -
    resale new assisted 86400.00 EUR 3456.00 -
    resale new shared 86400.00 EUR 10368.00 -
    resale new independent 86400.00 EUR 17280.00 -
    resale renewal assisted 86400.00 EUR 1728.00 -
    resale renewal shared 86400.00 EUR 5184.00 -
    resale renewal independent 86400.00 EUR 8640.00 -
    resale expansion assisted 86400.00 EUR 3456.00 -
    resale expansion shared 86400.00 EUR 10368.00 -
    resale expansion independent 86400.00 EUR 17280.00 -
    managed new assisted 86400.00 EUR 3456.00 4320.00
    managed new shared 86400.00 EUR 10368.00 4320.00
    managed new independent 86400.00 EUR 17280.00 4320.00
    managed renewal assisted 86400.00 EUR 1728.00 2160.00
    managed renewal shared 86400.00 EUR 5184.00 2160.00
    managed renewal independent 86400.00 EUR 8640.00 2160.00
    managed expansion assisted 86400.00 EUR 3456.00 4320.00
    managed expansion shared 86400.00 EUR 10368.00 4320.00
    managed expansion independent 86400.00 EUR 17280.00 4320.00
    co_sell new assisted 86400.00 EUR 3456.00 -
    co_sell new shared 86400.00 EUR 10368.00 -
    co_sell new independent 86400.00 EUR 17280.00 -
    co_sell renewal assisted 86400.00 EUR 1728.00 -
    co_sell renewal shared 86400.00 EUR 5184.00 -
    co_sell renewal independent 86400.00 EUR 8640.00 -
    co_sell expansion assisted 86400.00 EUR 3456.00 -
    co_sell expansion shared 86400.00 EUR 10368.00 -
    co_sell expansion independent 86400.00 EUR 17280.00 -
    influence new assisted 86400.00 EUR 2592.00 -
    influence new shared 86400.00 EUR 2592.00 -
    influence new independent 86400.00 EUR 2592.00 -
    influence renewal assisted 86400.00 EUR 1296.00 -
    influence renewal shared 86400.00 EUR 1296.00 -
    influence renewal independent 86400.00 EUR 1296.00 -
    influence expansion assisted 86400.00 EUR 2592.00 -
    influence expansion shared 86400.00 EUR 2592.00 -
    influence expansion independent 86400.00 EUR 2592.00 -
    referral new assisted 1234.56 EUR 123.46 -
    referral new shared 1234.56 EUR 123.46 -
    referral new independent 1234.56 EUR 123.46 -
    referral renewal assisted 1234.56 EUR 61.73 -
    referral renewal shared 1234.56 EUR 61.73 -
    referral renewal independent 1234.56 EUR 61.73 -
    referral expansion assisted 1234.56 EUR 123.46 -
    referral expansion shared 1234.56 EUR 123.46 -
    referral expansion independent 1234.56 EUR 123.46 -
    resale new assisted 1234.56 EUR 49.38 -
    resale new shared 1234.56 EUR 148.15 -
    resale new independent 1234.56 EUR 246.91 -
    resale renewal assisted 1234.56 EUR 24.69 -
    resale renewal shared 1234.56 EUR 74.07 -
    resale renewal independent 1234.56 EUR 123.46 -
    resale expansion assisted 1234.56 EUR 49.38 -
    resale expansion shared 1234.56 EUR 148.15 -
    resale expansion independent 1234.56 EUR 246.91 -
    managed new assisted 1234.56 EUR 49.38 61.73
    managed new shared 1234.56 EUR 148.15 61.73
    managed new independent 1234.56 EUR 246.91 61.73
    managed renewal assisted 1234.56 EUR 24.69 30.86
    managed renewal shared 1234.56 EUR 74.07 30.86
    managed renewal independent 1234.56 EUR 123.46 30.86
    managed expansion assisted 1234.56 EUR 49.38 61.73
    managed expansion shared 1234.56 EUR 148.15 61.73
    managed expansion independent 1234.56 EUR 246.91 61.73
    co_sell new assisted 1234.56 EUR 49.38 -
    co_sell new shared 1234.56 EUR 148.15 -
    co_sell new independent 1234.56 EUR 246.91 -
    co_sell renewal assisted 1234.56 EUR 24.69 -
    co_sell renewal shared 1234.56 EUR 74.07 -
    co_sell renewal independent 1234.56 EUR 123.46 -
    co_sell expansion assisted 1234.56 EUR 49.38 -
    co_sell expansion shared 1234.56 EUR 148.15 -
    co_sell expansion independent 1234.56 EUR 246.91 -
    influence new assisted 1234.56 EUR 37.04 -
    influence new shared 1234.56 EUR 37.04 -
    influence new independent 1234.56 EUR 37.04 -
    influence renewal assisted 1234.56 EUR 18.52 -
    influence renewal shared 1234.56 EUR 18.52 -
    influence renewal independent 1234.56 EUR 18.52 -
    influence expansion assisted 1234.56 EUR 37.04 -
    influence expansion shared 1234.56 EUR 37.04 -
    influence expansion independent 1234.56 EUR 37.04 -
    referral new assisted 100001.00 JPY 10000.00 -
    referral new shared 100001.00 JPY 10000.00 -
    referral new independent 100001.00 JPY 10000.00 -
    referral renewal assisted 100001.00 JPY 5000.00 -
    referral renewal shared 100001.00 JPY 5000.00 -
    referral renewal independent 100001.00 JPY 5000.00 -
    referral expansion assisted 100001.00 JPY 10000.00 -
    referral expansion shared 100001.00 JPY 10000.00 -
    referral expansion independent 100001.00 JPY 10000.00 -
    resale new assisted 100001.00 JPY 4000.00 -
    resale new shared 100001.00 JPY 12000.00 -
    resale new independent 100001.00 JPY 20000.00 -
    resale renewal assisted 100001.00 JPY 2000.00 -
    resale renewal shared 100001.00 JPY 6000.00 -
    resale renewal independent 100001.00 JPY 10000.00 -
    resale expansion assisted 100001.00 JPY 4000.00 -
    resale expansion shared 100001.00 JPY 12000.00 -
    resale expansion independent 100001.00 JPY 20000.00 -
    managed new assisted 100001.00 JPY 4000.00 5000.00
    managed new shared 100001.00 JPY 12000.00 5000.00
    managed new independent 100001.00 JPY 20000.00 5000.00
    managed renewal assisted 100001.00 JPY 2000.00 2500.00
    managed renewal shared 100001.00 JPY 6000.00 2500.00
    managed renewal independent 100001.00 JPY 10000.00 2500.00
    managed expansion assisted 100001.00 JPY 4000.00 5000.00
    managed expansion shared 100001.00 JPY 12000.00 5000.00
    managed expansion independent 100001.00 JPY 20000.00 5000.00
    co_sell new assisted 100001.00 JPY 4000.00 -
    co_sell new shared 100001.00 JPY 12000.00 -
    co_sell new independent 100001.00 JPY 20000.00 -
    co_sell renewal assisted 100001.00 JPY 2000.00 -
    co_sell renewal shared 100001.00 JPY 6000.00 -
    co_sell renewal independent 100001.00 JPY 10000.00 -
    co_sell expansion assisted 100001.00 JPY 4000.00 -
    co_sell expansion shared 100001.00 JPY 12000.00 -
    co_sell expansion independent 100001.00 JPY 20000.00 -
    influence new assisted 100001.00 JPY 3000.00 -
    influence new shared 100001.00 JPY 3000.00 -
    influence new independent 100001.00 JPY 3000.00 -
    influence renewal assisted 100001.00 JPY 1500.00 -
    influence renewal shared 100001.00 JPY 1500.00 -
    influence renewal independent 100001.00 JPY 1500.00 -
    influence expansion assisted 100001.00 JPY 3000.00 -
    influence expansion shared 100001.00 JPY 3000.00 -
    influence expansion independent 100001.00 JPY 3000.00 -
"""
ROWS = [tuple(line.split()) for line in TABLE.strip().splitlines()]


def test_table_has_every_cell_of_every_value() -> None:
    cells = {row[:4] for row in ROWS}

    assert len(cells) == len(ROWS) == 3 * len(Motion) * len(Opportunity) * len(Engagement)


@pytest.mark.parametrize("value", ["86400.00", "1234.56", "100001.00"])
def test_cell_brings_what_the_table_says(value: str) -> None:
    wanted, found = {}, {}
    for motion, opportunity, engagement, amount, currency, once, yearly in ROWS:
        if amount == value:
            quoted = lines(
                value=Decimal(amount),
                currency=currency,
                recurring=None,
                motion=motion,
                opportunity=opportunity,
                engagement=engagement,
                deal_rules=DealRules(),
            )
            cell = f"{motion} {opportunity} {engagement}"
            wanted[cell] = [once, *([yearly] if yearly != "-" else [])]
            found[cell] = [str(line.amount) for line in quoted]

    assert found == wanted


# What recurs, per what, for how many months | what of it is a year's | 5 % of that, and half as much for a renewal.
RECURRING = """
    333.33 month 3 999.99 50.00 25.00
    2000.00 month 3 6000.00 300.00 150.00
    12345.67 month 3 37037.01 1851.85 925.93
    333.33 month 6 1999.98 100.00 50.00
    2000.00 month 6 12000.00 600.00 300.00
    12345.67 month 6 74074.02 3703.70 1851.85
    333.33 month 12 3999.96 200.00 100.00
    2000.00 month 12 24000.00 1200.00 600.00
    12345.67 month 12 148148.04 7407.40 3703.70
    333.33 month 18 3999.96 200.00 100.00
    2000.00 month 18 24000.00 1200.00 600.00
    12345.67 month 18 148148.04 7407.40 3703.70
    333.33 month 36 3999.96 200.00 100.00
    2000.00 month 36 24000.00 1200.00 600.00
    12345.67 month 36 148148.04 7407.40 3703.70
    333.33 month 60 3999.96 200.00 100.00
    2000.00 month 60 24000.00 1200.00 600.00
    12345.67 month 60 148148.04 7407.40 3703.70
    333.33 quarter 3 333.33 16.67 8.33
    2000.00 quarter 3 2000.00 100.00 50.00
    12345.67 quarter 3 12345.67 617.28 308.64
    333.33 quarter 6 666.66 33.33 16.67
    2000.00 quarter 6 4000.00 200.00 100.00
    12345.67 quarter 6 24691.34 1234.57 617.28
    333.33 quarter 12 1333.32 66.67 33.33
    2000.00 quarter 12 8000.00 400.00 200.00
    12345.67 quarter 12 49382.68 2469.13 1234.57
    333.33 quarter 18 1333.32 66.67 33.33
    2000.00 quarter 18 8000.00 400.00 200.00
    12345.67 quarter 18 49382.68 2469.13 1234.57
    333.33 quarter 36 1333.32 66.67 33.33
    2000.00 quarter 36 8000.00 400.00 200.00
    12345.67 quarter 36 49382.68 2469.13 1234.57
    333.33 quarter 60 1333.32 66.67 33.33
    2000.00 quarter 60 8000.00 400.00 200.00
    12345.67 quarter 60 49382.68 2469.13 1234.57
    333.33 year 3 83.33 4.17 2.08
    2000.00 year 3 500.00 25.00 12.50
    12345.67 year 3 3086.42 154.32 77.16
    333.33 year 6 166.66 8.33 4.17
    2000.00 year 6 1000.00 50.00 25.00
    12345.67 year 6 6172.84 308.64 154.32
    333.33 year 12 333.33 16.67 8.33
    2000.00 year 12 2000.00 100.00 50.00
    12345.67 year 12 12345.67 617.28 308.64
    333.33 year 18 333.33 16.67 8.33
    2000.00 year 18 2000.00 100.00 50.00
    12345.67 year 18 12345.67 617.28 308.64
    333.33 year 36 333.33 16.67 8.33
    2000.00 year 36 2000.00 100.00 50.00
    12345.67 year 36 12345.67 617.28 308.64
    333.33 year 60 333.33 16.67 8.33
    2000.00 year 60 2000.00 100.00 50.00
    12345.67 year 60 12345.67 617.28 308.64
"""


def test_managed_customers_bring_each_year_what_the_table_says() -> None:
    wanted, found = [], []
    for row in RECURRING.strip().splitlines():
        amount, per, months, base, new, renewal = row.split()
        recurring = Recurring(Decimal(amount), per, int(months))
        wanted.append((amount, per, months, base, new, renewal))
        bases, amounts = [], []
        for opportunity in ("new", "renewal"):
            _once, yearly = lines(
                value=Decimal("86400.00"),
                currency="EUR",
                recurring=recurring,
                motion="managed",
                opportunity=opportunity,
                engagement="shared",
                deal_rules=DealRules(),
            )
            bases.append(str(yearly.base))
            amounts.append(str(yearly.amount))
        assert bases[0] == bases[1]
        found.append((amount, per, months, bases[0], *amounts))

    assert found == wanted


def test_only_managed_customers_bring_something_each_year() -> None:
    recurring = Recurring(Decimal(2000), "month", 36)
    found = {
        motion.value: len(
            lines(
                value=Decimal("86400.00"),
                currency="EUR",
                recurring=recurring,
                motion=motion.value,
                opportunity="new",
                engagement="shared",
                deal_rules=DealRules(),
            )
        )
        for motion in Motion
    }

    assert found == {"referral": 1, "resale": 1, "managed": 2, "co_sell": 1, "influence": 1}
