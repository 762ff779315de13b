"""What a year of managing pays, reckoned by hand: 5 % of 24,000 a year, for the days of the partner of record."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from deals.earnings.rules import Due, is_while_of_record, year_due
from deals.records.rules import first_free, last_day, proof_opens, share_of

TERMS: dict[str, Any] = {
    "rate": "0.2",
    "lines": [
        {"what": "once", "rate": "0.2", "base": {"amount": "72000.00", "currency": "EUR"}},
        {"what": "yearly", "rate": "0.05", "base": {"amount": "24000.00", "currency": "EUR"}},
    ],
    "shares": [],
    "while_of_record": True,
}
YEAR = (date(2026, 3, 1), date(2027, 2, 28))
LEAP = (date(2027, 3, 1), date(2028, 2, 29))

# Year, since and until of the record, days in it, base of the entry, amount of the entry.
PAID = [
    (YEAR, date(2026, 3, 1), date(2027, 2, 28), 365, "24000.00", "1200.00"),
    (YEAR, date(2025, 3, 1), date(2028, 2, 28), 365, "24000.00", "1200.00"),
    (YEAR, date(2026, 3, 2), date(2027, 2, 28), 364, "23934.25", "1196.71"),
    (YEAR, date(2026, 3, 1), date(2027, 2, 27), 364, "23934.25", "1196.71"),
    (YEAR, date(2026, 3, 1), date(2026, 3, 31), 31, "2038.36", "101.92"),
    (YEAR, date(2026, 3, 1), date(2026, 5, 12), 73, "4800.00", "240.00"),
    (YEAR, date(2026, 5, 13), date(2027, 2, 28), 292, "19200.00", "960.00"),
    (YEAR, date(2026, 3, 1), date(2026, 8, 31), 184, "12098.63", "604.93"),
    (YEAR, date(2026, 9, 1), date(2027, 2, 28), 181, "11901.37", "595.07"),
    (YEAR, date(2026, 3, 1), date(2026, 3, 1), 1, "65.75", "3.29"),
    (YEAR, date(2027, 2, 28), date(2028, 2, 27), 1, "65.75", "3.29"),
    (YEAR, date(2027, 1, 1), date(2027, 12, 31), 59, "3879.45", "193.97"),
    (YEAR, date(2026, 1, 1), date(2026, 12, 31), 306, "20120.55", "1006.03"),
    (LEAP, date(2027, 3, 1), date(2028, 2, 29), 366, "24000.00", "1200.00"),
    (LEAP, date(2027, 3, 1), date(2028, 2, 28), 365, "23934.43", "1196.72"),
    (LEAP, date(2027, 3, 1), date(2027, 8, 30), 183, "12000.00", "600.00"),
    (LEAP, date(2028, 2, 29), date(2029, 2, 27), 1, "65.57", "3.28"),
]


@pytest.mark.parametrize(("year", "since", "until", "days", "base", "amount"), PAID)
def test_year_is_paid_by_the_day(
    year: tuple[date, date], since: date, until: date, days: int, base: str, amount: str
) -> None:
    share = share_of(year, [(since, until)])
    due = paid(share)

    assert share == Decimal(days) / ((year[1] - year[0]).days + 1)
    assert due == Due(Decimal("0.05"), Decimal(base), {"org_x": Decimal(amount)})


@pytest.mark.parametrize(
    ("year", "since", "until"),
    [
        (YEAR, date(2025, 3, 1), date(2026, 2, 28)),
        (YEAR, date(2027, 3, 1), date(2028, 2, 29)),
        (LEAP, date(2026, 3, 1), date(2027, 2, 28)),
    ],
)
def test_year_without_a_day_earns_nothing(year: tuple[date, date], since: date, until: date) -> None:
    assert paid(share_of(year, [(since, until)])) is None


def paid(share: Decimal, **changes: Any) -> Due | None:
    return year_due(
        TERMS | changes,
        won_value=Decimal(72000),
        refunded=Decimal(0),
        currency="EUR",
        holder="org_x",
        of_record=share,
    )


@pytest.mark.parametrize("share", ["0", "0.2", "1"])
def test_older_terms_ask_for_no_partner_of_record(share: str) -> None:
    due = paid(Decimal(share), while_of_record=False)

    assert due == Due(Decimal("0.05"), Decimal("24000.00"), {"org_x": Decimal("1200.00")})


def test_terms_say_whether_they_ask_for_it() -> None:
    assert is_while_of_record(TERMS)
    assert not is_while_of_record({name: value for name, value in TERMS.items() if name != "while_of_record"})
    assert not is_while_of_record({})


def test_refund_and_days_lower_the_base_together() -> None:
    due = year_due(
        TERMS,
        won_value=Decimal(72000),
        refunded=Decimal(36000),
        currency="EUR",
        holder="org_x",
        of_record=Decimal("0.2"),
    )

    assert due == Due(Decimal("0.05"), Decimal("2400.00"), {"org_x": Decimal("120.00")})


def test_shares_of_a_team_split_what_is_left() -> None:
    shares = [{"organisation": "org_a", "share": "0.6"}, {"organisation": "org_b", "share": "0.4"}]
    due = paid(Decimal("0.5"), shares=shares)

    assert due is not None
    assert due.parts == {"org_a": Decimal("360.00"), "org_b": Decimal("240.00")}


# First day, last day of the year, first day on which proof is taken with the shipped reminders.
YEARS = [
    (date(2026, 1, 1), date(2026, 12, 31), date(2026, 10, 2)),
    (date(2026, 1, 31), date(2027, 1, 30), date(2026, 11, 1)),
    (date(2026, 2, 28), date(2027, 2, 27), date(2026, 11, 29)),
    (date(2026, 3, 1), date(2027, 2, 28), date(2026, 11, 30)),
    (date(2027, 3, 1), date(2028, 2, 29), date(2027, 12, 1)),
    (date(2028, 2, 28), date(2029, 2, 27), date(2028, 11, 29)),
    (date(2028, 2, 29), date(2029, 2, 27), date(2028, 11, 29)),
    (date(2028, 3, 1), date(2029, 2, 28), date(2028, 11, 30)),
    (date(2026, 4, 30), date(2027, 4, 29), date(2027, 1, 29)),
    (date(2026, 6, 15), date(2027, 6, 14), date(2027, 3, 16)),
    (date(2026, 7, 1), date(2027, 6, 30), date(2027, 4, 1)),
    (date(2026, 10, 1), date(2027, 9, 30), date(2027, 7, 2)),
    (date(2026, 11, 22), date(2027, 11, 21), date(2027, 8, 23)),
    (date(2026, 12, 31), date(2027, 12, 30), date(2027, 10, 1)),
]


@pytest.mark.parametrize(("since", "until", "opens"), YEARS)
def test_year_and_the_day_of_its_proof(since: date, until: date, opens: date) -> None:
    assert (last_day(since), proof_opens(until, (90, 30, 7))) == (until, opens)


TODAY = date(2026, 11, 22)
# What there was before, the day of the win, and from when on the winner is partner of record.
FREE = [
    ([], date(2026, 11, 1), date(2026, 11, 1)),
    ([(date(2025, 1, 1), date(2025, 12, 31))], date(2026, 11, 1), date(2026, 11, 1)),
    ([(date(2025, 11, 1), date(2026, 10, 31))], date(2026, 11, 1), date(2026, 11, 1)),
    ([(date(2025, 11, 2), date(2026, 11, 1))], date(2026, 11, 1), date(2026, 11, 2)),
    ([(date(2025, 11, 22), date(2026, 11, 21))], date(2026, 11, 1), date(2026, 11, 22)),
    ([(date(2025, 11, 23), date(2026, 11, 22))], date(2026, 11, 1), None),
    ([(date(2026, 11, 10), date(2027, 11, 9))], date(2026, 11, 1), None),
    (
        [(date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 11, 5))],
        date(2026, 11, 1),
        date(2026, 11, 6),
    ),
]


@pytest.mark.parametrize(("before", "won", "since"), FREE)
def test_winner_begins_when_the_customer_is_free(
    before: list[tuple[date, date]], won: date, since: date | None
) -> None:
    assert first_free(before, won, TODAY) == since
