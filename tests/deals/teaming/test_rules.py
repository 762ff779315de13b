"""Shares and dates of a team, as plain values."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from deals.earnings.rules import once_due
from deals.rulebook import DealRules
from deals.teaming.rules import answer_due, is_within, parted, postponed, shares
from deals.teaming.states import CURRENT, TeamState
from prm.clocks.calendar import Calendar

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
BERLIN = Calendar("Europe/Berlin")
RULES = DealRules()
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("smallest", "per_cent", "fits"),
    [
        *((10, 9, False), (10, 10, True), (10, 50, True), (10, 90, True), (10, 91, False)),
        *((50, 50, True), (50, 49, False), (50, 51, False), (5, 5, True), (5, 96, False)),
        *((10, 0, False), (10, 100, False), (10, -10, False), (10, 110, False)),
    ],
)
def test_shares_stay_within_the_policy(smallest: int, per_cent: int, fits: bool) -> None:
    assert is_within(per_cent, DealRules(teaming_least_per_cent=smallest)) is fits


def test_shares_of_every_split_add_up_to_one() -> None:
    assert {sum(shares(per_cent)) for per_cent in range(1, 100)} == {Decimal(1)}


@pytest.mark.parametrize(
    ("days", "expected"), [(1, MONDAY + DAY), (3, MONDAY + 3 * DAY), (4, MONDAY + 4 * DAY), (5, MONDAY + 7 * DAY)]
)
def test_answer_is_due_on_a_business_day(days: int, expected: datetime) -> None:
    assert answer_due(MONDAY, DealRules(teaming_business_days=days), BERLIN) == expected


@pytest.mark.parametrize(
    ("due", "until", "expected"),
    [
        (None, MONDAY + DAY, None),
        (MONDAY - DAY, MONDAY + DAY, MONDAY - DAY),
        (MONDAY, MONDAY + DAY, MONDAY),
        (MONDAY + DAY, MONDAY, MONDAY + DAY),
        (MONDAY + DAY, MONDAY + DAY, MONDAY + 2 * DAY),
        (MONDAY + DAY, MONDAY + 3 * DAY, MONDAY + 4 * DAY),
        (MONDAY + 2 * DAY, MONDAY + 3 * DAY, MONDAY + 7 * DAY),
    ],
)
def test_date_of_the_decision_moves_by_business_time(
    due: datetime | None, until: datetime, expected: datetime | None
) -> None:
    assert postponed(due, MONDAY, until, BERLIN) == expected


def terms(per_cent: int, rate: Decimal) -> dict[str, object]:
    rows = [{"organisation": name, "share": str(share)} for name, share in zip("ab", shares(per_cent), strict=True)]
    return {"rate": str(rate), "shares": rows}


def test_ten_thousand_splits_are_never_off_by_a_cent() -> None:
    draw = Random(20261121)
    for _ in range(10_000):
        currency = draw.choice(("EUR", "USD", "JPY"))
        value = Decimal(draw.randint(1, 10**9)).scaleb(0 if currency == "JPY" else -2)
        per_cent, rate = draw.randint(1, 99), Decimal(draw.randint(1, 100)) / 100
        due = once_due(terms(per_cent, rate), won_value=value, currency=currency, holder="a")
        alone = once_due({"rate": str(rate)}, won_value=value, currency=currency, holder="a")

        assert due is not None
        assert alone is not None
        assert sum(due.parts.values()) == alone.parts["a"]
        coin = Decimal(1) if currency == "JPY" else Decimal("0.01")
        assert abs(due.parts["a"] - alone.parts["a"] * per_cent / 100) < coin


def test_refunds_in_steps_take_back_the_parts_of_the_whole() -> None:
    draw = Random(7)
    for _ in range(500):
        total, pair = Decimal(draw.randint(3, 10**6)).scaleb(-2), shares(draw.randint(1, 99))
        cuts = sorted(Decimal(draw.randint(0, int(total * 100))).scaleb(-2) for _ in range(4))
        steps = zip([Decimal(0), *cuts], [*cuts, total], strict=True)
        parts = [parted(after, before, pair, "EUR") for before, after in steps]

        assert [sum(column, Decimal(0)) for column in zip(*parts, strict=True)] == parted(
            total, Decimal(0), pair, "EUR"
        )
        assert min(min(row) for row in parts) >= 0


def test_what_is_asked_or_agreed_is_current() -> None:
    assert set(TeamState) - CURRENT == {"declined", "lapsed", "taken_back", "overtaken"}
