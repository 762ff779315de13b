"""What a direct sale comes to for its seller, and which values fit together; plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
# What was longer ago is history that nobody is asked about.
OLDEST_TOUCH = timedelta(days=365)


def uplift(value: Decimal, rate: Decimal) -> Decimal:
    """What the seller earns more, to the cent, because a partner was attached."""
    return (value * rate).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Flaw:
    """`field` cannot stay as it is; `code` says why."""

    field: str
    code: str


def flaws_of_opportunity(values: Mapping[str, Any]) -> list[Flaw]:
    """A value and a currency come together."""
    has_value, has_currency = values.get("value") is not None, bool(values.get("currency"))
    if has_value == has_currency:
        return []
    return [Flaw("currency" if has_value else "value", "needed")]


def flaws_of_touch(on: date, today: date) -> list[Flaw]:
    if on > today:
        return [Flaw("on", "future")]
    return [Flaw("on", "too_old")] if on < today - OLDEST_TOUCH else []
