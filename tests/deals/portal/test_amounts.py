"""Money as people type it: read as meant, or asked back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.registrations.amounts import Unclear, parse_amount

EURO = frozenset({"EUR", "€"})


def read(text: str, group_mark: str = ",", currency: str = "EUR") -> Decimal:
    return parse_amount(text, currency=currency, symbols=EURO, group_mark=group_mark)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("86400", "86400.00"),
        ("86400.5", "86400.50"),
        ("86400.50", "86400.50"),
        ("86400,50", "86400.50"),
        ("86 400", "86400.00"),
        ("86\u00a0400", "86400.00"),
        ("86\u202f400,50", "86400.50"),
        ("86'400", "86400.00"),
        ("86’400.50", "86400.50"),
        ("86,400", "86400.00"),
        ("1,234,567", "1234567.00"),
        ("1.234.567", "1234567.00"),
        ("86,400.00", "86400.00"),
        ("1.234,56", "1234.56"),
        ("1.234.567,8", "1234567.80"),
        ("€ 86 400", "86400.00"),
        ("€86,400", "86400.00"),
        ("eur 86400", "86400.00"),
        ("86400 EUR", "86400.00"),
        ("86400€", "86400.00"),
        ("0.01", "0.01"),
        ("100000000000", "100000000000.00"),
    ],
)
def test_amount_is_read_as_it_is_meant(text: str, amount: str) -> None:
    assert str(read(text)) == amount


def test_one_mark_before_three_digits_groups_where_the_person_lives() -> None:
    assert (read("86,400", ","), read("86.400", ".")) == (Decimal("86400.00"), Decimal("86400.00"))


@pytest.mark.parametrize(("text", "group_mark"), [("86.400", ","), ("86,400", "."), ("86.400", "\u202f")])
def test_one_mark_before_three_digits_is_asked_back_elsewhere(text: str, group_mark: str) -> None:
    with pytest.raises(Unclear, match="Is that 86400"):
        read(text, group_mark)


@pytest.mark.parametrize(
    "text",
    [
        *("-5", "+5", "1e5", "NaN", "Infinity", "1_000", "１２", "٣", "86,40,0", "1,23,456", "1.2.3", "86400.", ".5"),
        *("1,234.567", "1.234.56", "0,500.00", "12 EUR 5", "$ 86400", "86400 USD", "abc", "€", "1" * 50, "0x10", "1/2"),
    ],
)
def test_amount_that_could_mean_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        read(text)


@pytest.mark.parametrize("text", ["0", "0.00", "100000000000.01", "999999999999999"])
def test_amount_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(Unclear, match="above 0"):
        read(text)


def test_currency_without_a_minor_unit_takes_no_decimals() -> None:
    assert read("86400", currency="JPY") == Decimal(86400)
    with pytest.raises(Unclear, match="JPY has at most 0 decimals"):
        read("86400.50", currency="JPY")


@given(st.integers(1, 10**13))
def test_plain_number_is_read_back_exactly(cents: int) -> None:
    amount = Decimal(cents) / 100

    assert read(f"{amount:.2f}") == amount


@given(st.integers(1, 10**11), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("’", ".")]))
def test_grouped_number_with_decimals_is_read_back_exactly(whole: int, marks: tuple[str, str]) -> None:
    group, decimal = marks
    written = f"{whole:,}".replace(",", group) + decimal + "25"
    if whole < 10**11:
        assert read(written) == Decimal(f"{whole}.25")


@given(st.text(max_size=60))
def test_any_text_is_an_amount_within_bounds_or_a_sentence(text: str) -> None:
    assert 0 < outcome_of(text) <= 10**11


def outcome_of(text: str) -> Decimal:
    try:
        return read(text)
    except Unclear as error:
        return Decimal(str(error).endswith("."))
