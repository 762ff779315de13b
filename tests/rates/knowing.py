"""Rates that are known in the tests, written by the verb."""

from datetime import date
from decimal import Decimal
from typing import Any

from prm.clocks.database import database_now
from prm.rates.actions import Given, record_rate
from prm.rates.models import Rate
from tests.factories import Cast


def given(value: str = "0.9", on: str = "2026-01-05", base: str = "USD", quote: str = "EUR", source: str = "") -> Given:
    return Given(base, quote, Decimal(value), date.fromisoformat(on), source)


def know(cast: Cast, **values: Any) -> Rate:
    """`value` is what one dollar is worth in euros, unless told otherwise."""
    return record_rate(given=given(**values), by=cast.finance, now=database_now())


def know_today(cast: Cast, **values: str) -> None:
    """By currency: what one of it is worth in euros today."""
    today = database_now().date().isoformat()
    for currency, value in values.items():
        know(cast, value=value, on=today, base=currency)
