"""From bytes to rows: whatever a spreadsheet saves as CSV, and workbooks. No Django, no database."""

import csv
import io
from collections.abc import Iterator

from partners.imports.bounds import LONGEST_CELL, LONGEST_TITLE, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Unreadable
from partners.imports.workbooks import is_workbook, lines_of

DELIMITERS = ",;\t|"


def table_of(content: bytes, sheet: str = "") -> tuple[list[str], list[list[str]]]:
    """The titles of the columns and the rows, without empty ones at the end. Raises Unreadable.

    Of a workbook it is the first sheet, or the one of that name.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file is too large: at most {MOST_BYTES // 1_000_000} MB, please.")
    lines = lines_of(content, sheet) if is_workbook(content) else _lines(_text(content))
    header = [" ".join(cell.split())[:LONGEST_TITLE] for cell in next(lines, [])]
    if not any(header):
        raise Unreadable("The first row must name the columns.")
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"There are {len(header)} columns; at most {MOST_COLUMNS}, please.")
    rows: list[list[str]] = []
    for cells in lines:
        rows.append([cell[:LONGEST_CELL] for cell in cells])
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"There are more than {MOST_ROWS:,} rows; split the file, please.")
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise Unreadable("There is no row below the names of the columns.")
    return header, rows


def _text(content: bytes) -> str:
    """UTF-8, or UTF-16 with its mark, as spreadsheets save; anything else is said, not guessed."""
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not in UTF-8. Save it as “CSV UTF-8”, please.") from None
    if "\0" in text:
        raise Unreadable("This is no CSV file. Save the sheet as “CSV UTF-8”, please.")
    return text


def _lines(text: str) -> Iterator[list[str]]:
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Unreadable(f"This is no CSV: {error}.") from error
