"""From a stream of bytes to rows, a portion in memory at a time. No Django, no database.

The file is hostile until it is read: lines, cells and rows are counted, and what is no text is refused.
"""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO

from partners.imports.bounds import LONGEST_TITLE, MOST_COLUMNS, Unreadable

MOST_BYTES = 150_000_000
TAKES = MOST_BYTES + 100_000
MOST_ROWS = 1_000_000
LONGEST_CELL = 500
# In letters; a row of the widest cells that are kept is shorter.
LONGEST_LINE, LONGEST_ROW = 100_000, 200_000
DELIMITERS = ",;\t|"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ZIP = b"PK\x03\x04"


def header_and_rows(file: IO[bytes]) -> tuple[list[str], Iterator[list[str]]]:
    """The titles, and the rows one by one. Raises Unreadable, now or while the rows are read."""
    lines = _Lines(_text(file))
    rows = _rows(csv.reader(lines, delimiter=lines.delimiter, strict=True), lines)
    header = [" ".join(cell.split())[:LONGEST_TITLE] for cell in next(rows, [])]
    if not any(header):
        raise Unreadable("The first row must name the columns.")
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"There are {len(header)} columns; at most {MOST_COLUMNS}, please.")
    return header, _bounded(rows, len(header))


def portions(rows: Iterator[list[str]], size: int) -> Iterator[list[list[str]]]:
    while some := list(islice(rows, size)):
        yield some


def _text(file: IO[bytes]) -> io.TextIOWrapper:
    """UTF-8, or UTF-16 with its mark, as spreadsheets save; anything else is said, not guessed."""
    mark = file.read(4)
    file.seek(0)
    if mark == ZIP:
        raise Unreadable("Save the sheet as “CSV UTF-8”, please: a workbook does not hold lists of this length.")
    encoding = "utf-16" if mark[:2] in UTF_16 else "utf-8-sig"
    return io.TextIOWrapper(file, encoding=encoding, newline="")


class _Lines:
    """Lines with their ends. Whatever is endless, a line or a row of quoted lines, is refused at its beginning."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._read = _read(text)
        self._first = next(self._read, "")
        self.delimiter = max(DELIMITERS, key=self._first.count)
        self._all = chain([self._first], self._read)
        # Letters since a row ended.
        self.letters = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._all)
        self.letters += len(line)
        if self.letters > LONGEST_ROW:
            raise Unreadable(f"A row is longer than {LONGEST_ROW:,} characters. Is a quotation mark left open?")
        return line


def _read(text: io.TextIOWrapper) -> Iterator[str]:
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise Unreadable(f"A line is longer than {LONGEST_LINE:,} characters. Is this a CSV file?")
            if "\0" in line:
                raise Unreadable("This is no CSV file. Save the sheet as “CSV UTF-8”, please.")
            yield line
    except UnicodeError:
        raise Unreadable("The file is not in UTF-8. Save it as “CSV UTF-8”, please.") from None
    finally:
        if not text.closed:
            # The file belongs to whoever opened it.
            text.detach()


def _rows(table: Iterator[list[str]], lines: _Lines) -> Iterator[list[str]]:
    try:
        for cells in table:
            lines.letters = 0
            yield cells
    except csv.Error as error:
        raise Unreadable(f"This is no CSV: {error}.") from error


def _bounded(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """As wide as the header, as long as is kept, and not too many."""
    for number, cells in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise Unreadable(f"There are more than {MOST_ROWS:,} rows; split the file, please.")
        yield [cell[:LONGEST_CELL] for cell in cells[:width]]
