"""Files of rates: a row for each rate, or as the ECB publishes them, with a day for each row and a column for each
currency. What stands in the cells becomes numbers and days here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from prm.rates.rules import LEAST, is_rate, read_rate

# How a cell says that nothing is known.
NOTHING = frozenset({"", "-", "n/a"})
_LONG = re.compile(r"[0-9]{1,10}\.[0-9]{11,30}")
DAYS = ("%Y-%m-%d", "%d %B %Y")


@dataclass(frozen=True)
class Cell:
    """One rate of a file: `column` is where its value stands. None for what cannot be read."""

    column: str
    base: str
    quote: str
    value: Decimal | None


def read_number(text: str, mark: str) -> Decimal | None:
    """A workbook reckons with more decimals than a rate has: what is beyond the tenth is rounded."""
    plain = text.strip().replace(mark, ".", 1)
    if _LONG.fullmatch(plain):
        rounded = Decimal(plain).quantize(LEAST, rounding=ROUND_HALF_EVEN)
        return rounded if is_rate(rounded) else None
    return read_rate(text, mark)


def is_wide(row: Mapping[str, str]) -> bool:
    return "value" not in row and "base" not in row


def read_day(text: str) -> date | None:
    """`2026-11-20`, or `20 November 2026` as in the ECB's file of one day."""
    for form in DAYS:
        try:
            return datetime.strptime(" ".join(text.split()), form).date()  # noqa: DTZ007 - a day of a calendar
        except ValueError:
            continue
    return None


def cells_of(row: Mapping[str, str], *, own: str, known: frozenset[str], mark: str) -> Iterator[Cell]:
    """The rates of a row. `own` is the programme's currency, `mark` the decimal mark of the person.

    Of the ECB's columns those of currencies that are no more are left out, and what is empty.
    """
    if not is_wide(row):
        quote = row.get("quote", "").strip().upper() or own
        value = read_number(row.get("value", ""), mark)
        yield Cell("value", row.get("base", "").strip().upper(), quote, value)
        return
    for column, text in row.items():
        if column.upper() in known and text.strip().lower() not in NOTHING:
            yield Cell(column.upper(), own, column.upper(), read_number(text, mark))
