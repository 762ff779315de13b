"""Figures that are read at a glance, in every way of writing that is offered."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.portal import formats
from tests.portal.test_formats import plain


@pytest.mark.parametrize(
    ("locale", "amount", "written"),
    [
        ("en_GB", Decimal("9999.49"), "€9,999"),
        ("en_GB", Decimal("9999.50"), "€10,000"),
        ("en_GB", 10_000, "€10K"),
        ("en_GB", 999_949, "€999.9K"),
        ("en_GB", 999_950, "€1M"),
        ("en_GB", 999_999, "€1M"),
        ("en_GB", -999_999, "-€1M"),
        ("en_GB", 999_999_999, "€1B"),
        ("en_GB", 12_345_678, "€12.3M"),
        ("de", 86_400, "86.400 €"),
        ("de", Decimal("86400.40"), "86.400 €"),
        ("de", 999_949, "999.949 €"),
        ("de", 999_950, "1 Mio. €"),
        ("de", 8_400_000, "8,4 Mio. €"),
        ("it", 86_400, "86.400 €"),
        ("sv", 86_400, "86,4 tn €"),
    ],
)
def test_figure_is_short_and_whole(locale: str, amount: Decimal | int, written: str) -> None:
    with formats.written_for(locale):
        assert plain(formats.short_money(amount, "EUR")) == written


@pytest.mark.parametrize("locale", formats.OFFERED)
@given(amount=st.decimals(-(10**11), 10**11, places=2))
def test_no_figure_is_a_thousand_of_a_unit(locale: str, amount: Decimal) -> None:
    """At most four digits in a row, unless they are grouped; Spanish counts thousands of millions."""
    with formats.written_for(locale):
        text = plain(formats.short_money(amount, "EUR"))

    longest = max(map(len, "".join(letter if letter.isdigit() else " " for letter in text).split()))
    assert longest <= (3 if 10_000 <= abs(amount) < 999_950_000 else 4)


@pytest.mark.parametrize("locale", formats.OFFERED)
@given(amount=st.integers(-(10**9), 10**9))
def test_whole_amount_has_no_decimals(locale: str, amount: int) -> None:
    with formats.written_for(locale):
        digits = "".join(letter for letter in formats.money(amount, "EUR") if letter.isdigit())

    assert digits == str(abs(amount))


@pytest.mark.parametrize("code", ["", "xx", "de-DE", "../../etc", "de_XX", "x" * 300, "\0"])
def test_unknown_way_of_writing_is_the_default_one(code: str) -> None:
    assert formats.locale_of(code) == formats.DEFAULT


def test_way_of_writing_ends_with_the_request() -> None:
    with formats.written_for("de"):
        with formats.written_for("sv"):
            assert str(formats.current()) == "sv"
        assert str(formats.current()) == "de"

    assert formats.current() == formats.DEFAULT
