"""Periods, figures, moments, ids, registries and currencies: what everything else leans on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from prm.clocks.commands import given as moment_given
from prm.currencies import CURRENCIES, WITHOUT_MINOR_UNIT, Money, minor_digits
from prm.errors import InvalidInput
from prm.ids import ALPHABET, LENGTH, PublicIdField, random_id
from prm.metrics.registry import Metric, Period
from prm.registry import AlreadyRegistered, Registry

years = st.integers(2000, 2099)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31, 23, 59, 59), timezones=st.just(UTC))  # noqa: DTZ001


@given(years)
def test_periods_part_a_year_without_gap_or_overlap(year: int) -> None:
    whole = Period.parse(str(year))
    quarters = [Period.parse(f"{year}Q{number}") for number in range(1, 5)]
    months = [Period.parse(f"{year}-{number:02}") for number in range(1, 13)]

    for parts in (quarters, months):
        assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
        assert [part.end for part in parts[:-1]] == [part.start for part in parts[1:]]
    assert [quarter.start for quarter in quarters] == [month.start for month in months[::3]]


@given(moments)
def test_quarter_of_a_moment_holds_it(moment: datetime) -> None:
    quarter = Period.quarter_of(moment)

    assert quarter.start <= moment < quarter.end
    assert Period.parse(quarter.label) == quarter
    assert Period.quarter_of(quarter.start) == quarter == Period.quarter_of(quarter.end - timedelta(microseconds=1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "1999",
        "2100",
        "2026Q0",
        "2026Q5",
        "2026q4",
        "2026-00",
        "2026-13",
        "2026-1",
        "2026Q4\n",
        " 2026",
        "٢٠٢٦",
    ],
)
def test_what_is_no_period_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Period.parse(text)

    assert set(refused.value.errors) == {"period"}


@given(st.text(max_size=8))
def test_period_keeps_what_was_asked_for_or_refuses(text: str) -> None:
    try:
        period = Period.parse(text)
    except InvalidInput:
        return
    assert (period.label, period.start < period.end) == (text, True)


def metric(total: str) -> Metric:
    return Metric("m", "M", "What it is.", "count", True, lambda _who, _when: {}, total=total)


@given(st.dictionaries(st.integers(), st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=8))
def test_figures_fold_into_one(figures: dict[int, Decimal]) -> None:
    summed = sum(figures.values(), Decimal(0))

    assert metric("sum").fold(figures) == summed
    assert metric("mean").fold(figures) == summed / len(figures)


def test_nothing_folds_into_zero_or_nothing() -> None:
    assert (metric("sum").fold({}), metric("mean").fold({})) == (Decimal(0), None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T08:00:00Z", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        (" 2026-11-24T08:00 ", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T08:00+02:00", datetime(2026, 11, 24, 6, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
    ],
)
def test_clock_of_the_demo_is_moved_to_a_moment(settings, text: str, moment: datetime) -> None:
    settings.PRM_DEMO = True

    assert moment_given(text) == moment


@pytest.mark.parametrize("text", ["", "soon", "24.11.2026", "2026-13-01", "1e9"])
def test_clock_is_not_moved_to_what_is_no_moment(settings, text: str) -> None:
    settings.PRM_DEMO = True

    with pytest.raises(CommandError, match="--now must be a moment such as"):
        moment_given(text)


def test_clock_of_everybody_is_not_moved(settings) -> None:
    settings.PRM_DEMO = False

    with pytest.raises(CommandError, match="only the demo"):
        moment_given("2026-11-24")


@given(st.from_regex(r"[a-z]{1,5}", fullmatch=True))
def test_id_is_its_prefix_and_letters_that_read_aloud(prefix: str) -> None:
    found, letters = random_id(prefix).split("_")

    assert (found, len(letters), set(letters) - set(ALPHABET)) == (prefix, LENGTH, set())


def test_ids_are_drawn_anew() -> None:
    field = PublicIdField(prefix="x")

    assert len({field.get_default() for _ in range(1000)}) == 1000
    assert (field.max_length, field.unique, field.editable) == (2 + LENGTH, True, False)
    assert PublicIdField(**field.deconstruct()[3]).prefix == "x"


@given(st.lists(st.text(max_size=5), unique=True, max_size=8))
def test_registry_answers_in_the_order_of_registration(names: list[str]) -> None:
    registry: Registry[str] = Registry("thing")
    for name in names:
        registry.register(name, name.upper())

    assert (registry.names(), list(registry)) == (names, [name.upper() for name in names])
    for name in names:
        assert (registry[name], registry.get(name), name in registry) == (name.upper(), name.upper(), True)
        with pytest.raises(AlreadyRegistered):
            registry.register(name, "again")


def test_registry_does_not_make_up_what_is_missing() -> None:
    registry: Registry[str] = Registry("thing")

    assert (registry.get("x"), "x" in registry, registry.names()) == (None, False, [])
    with pytest.raises(KeyError):
        registry["x"]


@pytest.mark.parametrize("code", ["EUR", "USD", "JPY", "CHF", "SEK", "BHD"])
def test_tender_of_today_is_a_currency(code: str) -> None:
    assert code in CURRENCIES


@pytest.mark.parametrize("code", ["", "eur", "DEM", "HRK", "XXX", "XAU", "EURO", "€"])
def test_what_nobody_pays_with_is_no_currency(code: str) -> None:
    assert code not in CURRENCIES


def test_currencies_without_a_minor_unit_are_currencies() -> None:
    assert WITHOUT_MINOR_UNIT - CURRENCIES - {"UYI"} == set()
    assert {code: minor_digits(code) for code in ("EUR", "JPY", "BHD")} == {"EUR": 2, "JPY": 0, "BHD": 2}


@given(st.decimals(-(10**11), 10**11, places=2), st.sampled_from(["EUR", "USD", "BHD"]))
def test_money_is_written_plainly_and_read_back(amount: Decimal, currency: str) -> None:
    plain = Money(amount, currency).plain

    assert Decimal(plain) == amount
    assert plain.partition(".")[2] == f"{abs(amount):.2f}"[-2:]


@given(st.integers(-(10**11), 10**11))
def test_money_without_a_minor_unit_has_no_point(amount: int) -> None:
    assert Money(Decimal(amount), "JPY").plain == str(amount)
