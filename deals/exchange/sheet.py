"""Rates of exchange from a file, for portal and API. The verb is the foundation's; files of rows are read here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from babel.numbers import get_decimal_symbol, list_currencies
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.exchange.rules import Cell, cells_of, read_day
from deals.sheet_doors import Sheet
from deals.sheets import Change, Columns, Flaw, Report, Row
from prm.accounts.models import User
from prm.currencies import CURRENCIES
from prm.errors import InvalidInput
from prm.portal import formats
from prm.rates.actions import Given, Put, take_in
from prm.rates.models import LONGEST_SOURCE

COLUMNS = Columns(
    ("date", "base", "quote", "value", "source"),
    {"day": "date", "on": "date", "from": "base", "currency": "base", "to": "quote", "rate": "value"},
    # The ECB's, with those that are no more.
    more=tuple(sorted(code.lower() for code in list_currencies())),
)
# Where the verb's faults stand in a file.
PLACES = {"on": "date", "source": "source"}


@dataclass
class Read:
    """What a file gives: each rate with its row and column, and what is wrong with others."""

    given: list[Given] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    seen: dict[tuple[str, date], int] = field(default_factory=dict)

    def add(self, number: int, column: str, given: Given) -> None:
        first = self.seen.setdefault((given.currency, given.on), number)
        if first != number:
            said = _("There is a rate of %(currency)s for this day in row %(first)d already.")
            self.flaws.append(Flaw(number, column, said % {"currency": given.currency, "first": first}))
        else:
            self.given.append(given)
            self.places.append((number, column))


def take(rows: Sequence[Row], by: User, now: datetime, dry_run: bool) -> Report:
    read = _read(rows)
    report = Report(rows=len(rows), flaws=read.flaws)
    with transaction.atomic():
        for put in [] if read.flaws else _taken(read, report, by, now):
            report.count(put.rate.public_id, _change(put))
        if dry_run or report.flaws:
            transaction.set_rollback(True)
    return report


def _taken(read: Read, report: Report, by: User, now: datetime) -> list[Put]:
    try:
        with transaction.atomic():
            return take_in(given=read.given, by=by, now=now)
    except InvalidInput as error:
        report.flaws += [_flaw(read, path, sentences) for path, sentences in error.errors.items()]
        return []


def _flaw(read: Read, path: str, sentences: list[str]) -> Flaw:
    place, _dot, name = path.partition(".")
    number, column = read.places[int(place)]
    return Flaw(number, PLACES.get(name, column), " ".join(sentences))


def _change(put: Put) -> Change:
    if put.is_unchanged:
        return Change.UNCHANGED
    return Change.CHANGED if put.before else Change.NEW


def _read(rows: Sequence[Row]) -> Read:
    read, own = Read(), settings.PRM_CURRENCY
    mark = get_decimal_symbol(formats.current())
    if rows and own.lower() in rows[0]:
        said = _("This file says what another currency than %(own)s is worth: there is a column for %(own)s.")
        raise InvalidInput({"file": [said % {"own": own}]})
    for number, row in enumerate(rows, start=2):
        cells = list(cells_of(row, own=own, known=CURRENCIES, mark=mark))
        on = read_day(row.get("date", ""))
        if on is None:
            read.flaws.append(Flaw(number, "date", _("Give the day as 2026-11-20.")))
        else:
            _read_cells(read, number, on, cells, " ".join(row.get("source", "").split()))
    return read


def _read_cells(read: Read, number: int, on: date, cells: list[Cell], source: str) -> None:
    for cell in cells:
        if cell.value is None:
            sentence = _("Give a rate above 0 with at most ten decimals.")
            read.flaws.append(Flaw(number, cell.column, sentence))
        else:
            read.add(number, cell.column, Given(cell.base, cell.quote, cell.value, on, source or _source(cell)))


def _source(cell: Cell) -> str:
    """A column of its own is how the ECB publishes them."""
    return "" if cell.column == "value" else str(_("File with a column for each currency"))[:LONGEST_SOURCE]


SHEET = Sheet(
    title=gettext_lazy("Import rates of exchange"),
    subtitle=gettext_lazy(
        "As often as you like: what is recorded already stays as it is, another value is a correction"
    ),
    hint=gettext_lazy(
        "Or as the ECB publishes them, as they are: a column with the day and one for each currency, with what one "
        "euro is worth in it. At most 500 days at once."
    ),
    back="rates",
    back_label=gettext_lazy("Rates of exchange"),
    columns=COLUMNS,
    take=take,
)
