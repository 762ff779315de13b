"""From a stream of bytes to rows, a portion in memory at a time. No Django, no database.

The file is hostile until it is read: lines, cells and rows are counted, and what is no text is refused.
"""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import IO

from partners.imports.bounds import LONGEST_TITLE, MOST_COLUMNS, Unreadable

MOST_BYTES = 150_000_000
TAKES = MOST_BYTES + 100_000
MOST_ROWS = 1_000_000
LONGEST_CELL = 500
# In letters; a row of the widest cells that are kept is shorter.
LONGEST_LINE = 100_000
DELIMITERS = ",;\t|"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ZIP = b"PK\x03\x04"


def header_and_rows(file: IO[bytes]) -> tuple[list[str], Iterator[list[str]]]:
    """The titles, and the rows one by one. Raises Unreadable, now or while the rows are read."""
    text = _text(file)
    lines = _lines(text)
    first = next(lines, "")
    delimiter = max(DELIMITERS, key=first.count)
    rows = _rows(csv.reader(_again(first, lines), delimiter=delimiter, strict=True))
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


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines with their ends; a file that is one endless line is refused at its beginning."""
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


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _rows(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as error:
        raise Unreadable(f"This is no CSV: {error}.") from error


def _bounded(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """As wide as the header, as long as is kept, and not too many."""
    for number, cells in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise Unreadable(f"There are more than {MOST_ROWS:,} rows; split the file, please.")
        yield [cell[:LONGEST_CELL] for cell in cells[:width]]
