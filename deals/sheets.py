"""Files of rows that people and other systems hand in: read once for every list, and each bad row is named.

A row is read by the form that people fill in, and taken in by the verb that the form calls. A dry run is the import
itself, taken back at the end, so that it finds what the import would.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.utils.translation import gettext as _

from partners.imports.bounds import Unreadable
from partners.imports.reading import table_of
from prm.errors import InvalidInput, NotAllowed, StateConflict

MOST_ROWS = 500
MOST_BYTES = 2_000_000
# Room for the file and for what a form adds to it.
TAKES = MOST_BYTES + 100_000
MOST_NAMED = 20
Row = dict[str, str]
F = TypeVar("F", bound=forms.Form)


class Change(StrEnum):
    """What a row does to what is known."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Columns:
    """The names that a file may use, and other words for some of them. `more` are taken too, and not told."""

    names: tuple[str, ...]
    also: Mapping[str, str] = field(default_factory=dict)
    more: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.names, *self.more)


@dataclass(frozen=True)
class Flaw:
    """What keeps a row from being taken. `row` counts as a spreadsheet does: the names of the columns are row 1."""

    row: int
    field: str
    sentence: str

    def __str__(self) -> str:
        said = f"{self.field}: {self.sentence}" if self.field else self.sentence
        return _("Row %(number)d: %(said)s") % {"number": self.row, "said": said}


@dataclass
class Report:
    """What an import did, or would do: it is made of the rows that are taken, or of what is wrong with others."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.flaws

    def count(self, public_id: str, change: Change) -> None:
        setattr(self, change.value, getattr(self, change.value) + 1)
        self.ids.append(public_id)


def rows_of(content: bytes, columns: Columns) -> list[Row]:
    """The cells of each row by the name of their column. InvalidInput for what is no table of these columns."""
    try:
        header, lines = table_of(content)
    except Unreadable as error:
        raise InvalidInput({"file": [str(error)]}) from error
    if len(lines) > MOST_ROWS:
        sentence = _("There are %(n)d rows; at most %(most)d, please.")
        raise InvalidInput({"file": [sentence % {"n": len(lines), "most": MOST_ROWS}]})
    names = _names(header, columns)
    return [dict(zip(names, line, strict=False)) for line in lines]


def as_text(rows: Sequence[Row], columns: Columns) -> str:
    """The rows as a file again, to be carried by a page from the dry run to the import."""
    names = [name for name in columns.all if any(name in row for row in rows)]
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(names)
    out.writerows([row.get(name, "") for name in names] for row in rows)
    return written.getvalue()


def flaws_of(number: int, form: forms.Form) -> list[Flaw]:
    return [
        Flaw(number, "" if name == NON_FIELD_ERRORS else name, " ".join(map(str, errors)))
        for name, errors in form.errors.items()
    ]


def valid_or_named(read: Iterable[F]) -> list[F]:
    """InvalidInput names up to MOST_NAMED of the rows whose forms are not valid, and what is wrong with them."""
    forms_read = list(read)
    wrong = [flaw for number, form in enumerate(forms_read, start=2) for flaw in flaws_of(number, form)]
    if wrong:
        raise refusal(wrong)
    return forms_read


def refusal(flaws: Sequence[Flaw]) -> InvalidInput:
    return InvalidInput({"file": [str(flaw) for flaw in flaws[:MOST_NAMED]]})


def take_in(
    read: Sequence[F], take: Callable[[F], tuple[str, Change]], *, dry_run: bool, key: Callable[[F], object]
) -> Report:
    """Every row or none. `take` calls the verb for a valid form and returns what became of it; `key` says what two
    rows must not both be about. With a flaw, and in a dry run, everything is taken back."""
    report = Report(rows=len(read))
    seen: dict[object, int] = {}
    with transaction.atomic():
        for number, form in enumerate(read, start=2):
            report.flaws += _flaws_of_row(number, form, seen, key) or _taken(number, form, take, report)
        if dry_run or report.flaws:
            transaction.set_rollback(True)
    return report


def _flaws_of_row(number: int, form: F, seen: dict[object, int], key: Callable[[F], object]) -> list[Flaw]:
    if not form.is_valid():
        return flaws_of(number, form)
    about = key(form)
    first = seen.setdefault(about, number) if about else number
    if first == number:
        return []
    return [Flaw(number, "", _("This is what row %(first)d is about already.") % {"first": first})]


def _taken(number: int, form: F, take: Callable[[F], tuple[str, Change]], report: Report) -> list[Flaw]:
    try:
        with transaction.atomic():
            report.count(*take(form))
    except InvalidInput as error:
        return [Flaw(number, name, " ".join(sentences)) for name, sentences in error.errors.items()]
    except (NotAllowed, StateConflict) as error:
        return [Flaw(number, "", error.message)]
    return []


def _names(header: list[str], columns: Columns) -> list[str]:
    """Without what a mark at the end of each line leaves behind."""
    while header and not header[-1]:
        header = header[:-1]
    titles = [title.lower().replace(" ", "_").replace("-", "_") for title in header]
    names = [columns.also.get(title, title) for title in titles]
    unknown = [title for title, name in zip(header, names, strict=True) if name not in columns.all]
    if unknown:
        text = _("These columns are unknown: %(unknown)s. Known are: %(known)s.")
        said = {"unknown": ", ".join(unknown[:10]), "known": ", ".join(columns.names)}
        raise InvalidInput({"file": [text % said]})
    if len(set(names)) < len(names):
        raise InvalidInput({"file": [_("A column stands there twice.")]})
    return names


def given(row: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """What a form reads: the cells without what surrounds them."""
    return {name: value.strip() for name, value in row.items()} | more
