"""Rows of an import, checked one by one: values that can be stored, or sentences that say how to mend them."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from prm.addresses import countries, website_host
from prm.api.text import is_clean_line

COLUMNS = (
    "external_id",
    "name",
    "country",
    "city",
    "website",
    "tax_number",
    "owner_email",
    "named_account",
    "customer_since",
)
REQUIRED = ("external_id", "name")
LONGEST = {"external_id": 100, "name": 250, "city": 120, "website": 500, "tax_number": 40, "owner_email": 254}
YES = frozenset({"true", "yes", "y", "1", "x"})
NO = frozenset({"", "false", "no", "n", "0"})
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class RowError:
    """`row` counts as a spreadsheet does: the header is row 1."""

    row: int
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.field}: {self.sentence}" if self.field else f"row {self.row}: {self.sentence}"


@dataclass(frozen=True)
class Row:
    number: int
    values: dict[str, Any]


class BadHeader(ValueError):
    """The file as a whole cannot be read as a list of customers."""


class Unfit(ValueError):
    """A cell cannot be taken; the message says how to mend it."""


def header_of(cells: list[str]) -> list[str]:
    """Names of columns in the order of the file, "" for those that are not known. Raises BadHeader."""
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise BadHeader(f"The first row must name the columns; missing: {', '.join(missing)}.")
    known = [name if name in COLUMNS else "" for name in names]
    twice = sorted({name for name in known if name and known.count(name) > 1})
    if twice:
        raise BadHeader(f"These columns occur twice: {', '.join(twice)}.")
    return known


def checked(lines: Iterator[list[str]], header: list[str], *, today: date) -> Iterator[Row | list[RowError]]:
    """Each row of the file as values or as what is wrong with it; one row is in memory at a time."""
    seen: set[str] = set()
    for number, cells in _numbered(lines):
        if isinstance(cells, RowError):
            yield [cells]
        elif any(cells):
            outcome = check_row(number, header, cells, today=today)
            yield _first_time(outcome, seen) if isinstance(outcome, Row) else outcome


def check_row(number: int, header: list[str], cells: list[str], *, today: date) -> Row | list[RowError]:
    if len(cells) > len(header):
        return [RowError(number, "", f"There are {len(cells)} cells, but {len(header)} columns.")]
    values: dict[str, Any] = {}
    errors = []
    # A short row lacks its last cells: they are empty.
    for name, cell in zip(header, cells + [""] * (len(header) - len(cells)), strict=True):
        try:
            if name:
                values[name] = _value(name, cell, today)
        except Unfit as error:
            errors.append(RowError(number, name, str(error)))
    return errors or Row(number, values)


def _numbered(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | RowError]]:
    number = 1
    while True:
        number += 1
        try:
            yield number, next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, RowError(number, "", f"This is no CSV: {error}.")


def _first_time(row: Row, seen: set[str]) -> Row | list[RowError]:
    external_id = row.values["external_id"]
    if external_id in seen:
        return [RowError(row.number, "external_id", f"{external_id} has occurred in this file already.")]
    seen.add(external_id)
    return row


def _value(name: str, cell: str, today: date) -> Any:
    text = " ".join(cell.split())
    if not is_clean_line(text):
        raise Unfit("There are characters that are not text; save the file as UTF-8.")
    if len(text) > LONGEST.get(name, 40):
        raise Unfit(f"At most {LONGEST.get(name, 40)} characters, please.")
    if not text and name in REQUIRED:
        raise Unfit("This must not be empty.")
    return _READ[name](text, today) if name in _READ else text


def _country(text: str, _today: date) -> str:
    code = text.upper()
    if code and code not in countries():
        raise Unfit(f"{text} is no country code; two letters such as DE.")
    return code


def _website(text: str, _today: date) -> str:
    if text and website_host(text) is None:
        raise Unfit("Give a host name or an http(s) address, such as example.org.")
    return text


def _yes_or_no(text: str, _today: date) -> bool:
    if text.lower() not in YES | NO:
        raise Unfit("Give yes or no.")
    return text.lower() in YES


def _day(text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Unfit("Give a day as 2026-11-24.") from None
    if not EARLIEST <= day <= today:
        raise Unfit("Give a day since 1900 that is not in the future.")
    return day


def _email(text: str, _today: date) -> str:
    return text.lower()


_READ: dict[str, Callable[[str, date], Any]] = {
    "country": _country,
    "website": _website,
    "owner_email": _email,
    "named_account": _yes_or_no,
    "customer_since": _day,
}
