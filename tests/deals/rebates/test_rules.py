"""The arithmetic of the volume rebate, and the lines that say its steps."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.incentives import PriceHold, Step, VolumeRebate, clauses, currencies_of, steps_in
from deals.rebates.rules import added, following, period_before, period_with, reached, rebate
from deals.rulebook import DealRules
from prm.errors import InvalidInput
from prm.policy.forms import VersionForm
from prm.policy.papers import PAPERS
from prm.policy.schemas import checked

LADDER = ("EUR 100000 1", "EUR 250000 2", "EUR 500000 3.5", "JPY 10000000 1")
RULES = VolumeRebate(steps=LADDER)
EUR, JPY = steps_in(RULES, "EUR"), steps_in(RULES, "JPY")
volumes = st.decimals(0, 10**7, places=2)


@pytest.mark.parametrize(
    ("day", "length", "first", "last", "code", "before"),
    [
        ("2026-01-01", "quarter", "2026-01-01", "2026-03-31", "2026Q1", "2025Q4"),
        ("2026-03-31", "quarter", "2026-01-01", "2026-03-31", "2026Q1", "2025Q4"),
        ("2026-04-01", "quarter", "2026-04-01", "2026-06-30", "2026Q2", "2026Q1"),
        ("2026-09-30", "quarter", "2026-07-01", "2026-09-30", "2026Q3", "2026Q2"),
        ("2026-10-01", "quarter", "2026-10-01", "2026-12-31", "2026Q4", "2026Q3"),
        ("2028-02-29", "quarter", "2028-01-01", "2028-03-31", "2028Q1", "2027Q4"),
        ("2026-12-31", "year", "2026-01-01", "2026-12-31", "2026", "2025"),
        ("2028-02-29", "year", "2028-01-01", "2028-12-31", "2028", "2027"),
    ],
)
def test_period_of_a_day(day: str, length: str, first: str, last: str, code: str, before: str) -> None:
    found = period_with(date.fromisoformat(day), length)

    assert (found.first.isoformat(), found.last.isoformat(), found.code) == (first, last, code)
    assert period_before(found, length).code == before


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.sampled_from(["quarter", "year"]))
def test_every_day_is_in_one_period_and_periods_meet(day: date, length: str) -> None:
    found = period_with(day, length)

    assert found.first <= day <= found.last
    assert period_with(found.last + timedelta(days=1), length).first == found.last + timedelta(days=1)
    assert period_before(found, length).last == found.first - timedelta(days=1)


@pytest.mark.parametrize(
    ("volume", "steps", "amount", "at", "next_one"),
    [
        ("0", EUR, "0.00", None, "100000"),
        ("99999.99", EUR, "0.00", None, "100000"),
        ("100000", EUR, "1000.00", "0.01", "250000"),
        ("249999.99", EUR, "2500.00", "0.01", "250000"),
        ("250000", EUR, "5000.00", "0.02", "500000"),
        ("333333.33", EUR, "6666.67", "0.02", "500000"),
        ("500000", EUR, "17500.00", "0.035", None),
        ("9999999.99", EUR, "350000.00", "0.035", None),
        ("10000050", JPY, "100000.00", "0.01", None),
        ("10000150", JPY, "100002.00", "0.01", None),
        ("500000", [], "0.00", None, None),
    ],
)
def test_rebate_is_the_share_of_the_step_of_everything(
    volume: str, steps: list[Step], amount: str, at: str | None, next_one: str | None
) -> None:
    currency = steps[0].currency if steps else "EUR"
    here, beyond = reached(Decimal(volume), steps), following(Decimal(volume), steps)

    assert rebate(Decimal(volume), steps, currency) == Decimal(amount)
    assert (here.rate if here else None) == (Decimal(at) if at else None)
    assert (beyond.above if beyond else None) == (Decimal(next_one) if next_one else None)


@given(volumes, volumes)
def test_more_volume_never_brings_less(one: Decimal, more: Decimal) -> None:
    assert rebate(one, EUR, "EUR") <= rebate(one + more, EUR, "EUR")
    assert added(one, more, EUR, "EUR") >= 0


@given(st.lists(volumes, max_size=8))
def test_what_deals_add_one_by_one_is_the_rebate_of_their_sum(values: list[Decimal]) -> None:
    volume, earned = Decimal(0), Decimal(0)
    for value in values:
        earned += added(volume, value, EUR, "EUR")
        volume += value

    assert earned == rebate(volume, EUR, "EUR")


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["EUR 250000 2", "EUR 100000 1"], ("EUR 100000 1", "EUR 250000 2")),
        (["USD 1 0.5", "EUR 1 0.5"], ("EUR 1 0.5", "USD 1 0.5")),
        (["EUR 100000.00 1.50"], ("EUR 100000 1.5",)),
        ([], ()),
    ],
)
def test_steps_are_kept_in_their_order(lines: list[str], kept: tuple[str, ...]) -> None:
    found = VolumeRebate(steps=tuple(lines))

    assert found.steps == kept
    assert VolumeRebate.model_validate(found.model_dump(mode="json")) == found


@pytest.mark.parametrize(
    "line",
    [
        *("EUR", "EUR 1", "EUR 1 2 3", "XXX 1000 1", "eur 1000 1", "EUR x 1", "EUR 1000 x", "EUR NaN 1"),
        *("EUR 1000 NaN", "EUR 0 1", "EUR -5 1", "EUR 1000 0", "EUR 1000 101", "EUR 1000 -1", "EUR 1e12 1"),
        *("EUR 1000 0.001", "EUR 1000.001 1", "EUR Infinity 1", "1000 EUR 1", ""),
    ],
)
def test_line_that_is_no_step_is_refused(line: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked("deals", {"volume_rebate": {"steps": [line]}})

    [field] = refused.value.errors
    assert field.startswith("volume_rebate.steps")


@pytest.mark.parametrize(
    "lines",
    [
        ["EUR 100000 1", "EUR 100000 2"],
        ["EUR 100000 2", "EUR 250000 1"],
        ["EUR 100000 2", "EUR 250000 2"],
    ],
)
def test_whoever_sells_more_never_earns_a_lower_share(lines: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked("deals", {"volume_rebate": {"steps": lines}})

    assert refused.value.errors == {
        "volume_rebate.steps": ["Whoever sells more earns a higher share: let the steps rise."]
    }


def test_currencies_keep_their_own_steps() -> None:
    assert currencies_of(RULES) == ["EUR", "JPY"]
    assert [step.above for step in EUR] == [100000, 250000, 500000]
    assert steps_in(RULES, "USD") == []


def test_clauses_speak_of_what_there_is() -> None:
    assert clauses(VolumeRebate(), PriceHold()) == []
    [told] = clauses(RULES, PriceHold())
    [yearly] = clauses(VolumeRebate(period="year", steps=("EUR 1000 1",)), PriceHold())
    [held] = clauses(VolumeRebate(), PriceHold(months_msp=12, products=("fleet-cloud",)))

    assert (told.number, held.number) == ("5.3", "5.4")
    assert "1 % from EUR 100,000.00 on; 2 % from EUR 250,000.00 on; 3.5 % from EUR 500,000.00 on" in told.text
    assert "calendar year" in yearly.text
    assert "for MSPs 12 months" in held.text
    assert "Of these products: fleet-cloud." in held.text


def form(**changes: Any) -> VersionForm:
    values = DealRules().model_dump(mode="json")
    shown = VersionForm(schema=DealRules, paper=PAPERS["deals"], values=values).initial
    data = {**shown, "after": 1, **changes}
    return VersionForm(
        {name: value for name, value in data.items() if value is not False},
        schema=DealRules,
        paper=PAPERS["deals"],
        values=values,
    )


def test_form_takes_one_step_on_each_line() -> None:
    asked = form(**{"volume_rebate.steps": " EUR  100000 1 \r\n\r\nEUR 250000 2\n"})

    assert asked.is_valid(), asked.errors
    assert asked.values()["volume_rebate"] == {"period": "quarter", "steps": ["EUR 100000 1", "EUR 250000 2"]}
    assert asked.fields["price_hold.months_msp"].max_value == 60  # type: ignore[attr-defined]
