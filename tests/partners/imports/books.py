"""Workbooks for tests: as spreadsheets write them, and as nobody should."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from xlsxwriter import Workbook as Writer

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def relations(**targets: str) -> str:
    named = [
        f'<Relationship Id="r{number}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    ]
    return f"<Relationships>{''.join(named)}</Relationships>"


ROOT = relations(officeDocument="xl/workbook.xml")
BOOK_RELATED = relations(worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml")
SHEET = '<sheet name="One" sheetId="1" r:id="r1"/>'
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>{SHEET}</sheets></workbook>'


def book(sheets: dict[str, Sequence[Sequence[Any]]], prepare: Callable[[Writer], None] | None = None) -> bytes:
    """Written by a library that spreadsheets read; a cell may be a pair of a number and its format."""
    file = io.BytesIO()
    with Writer(file) as writer:
        for name, rows in sheets.items():
            sheet = writer.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        sheet.write_number(number, column, cell[0], writer.add_format({"num_format": cell[1]}))
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    else:
                        sheet.write(number, column, cell)
        if prepare is not None:
            prepare(writer)
    return file.getvalue()


def table(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def line(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


HEADER = line(1, text("id"), text("name"))


def parts(rows: str = HEADER + line(2, text("x1"), text("Acme"))) -> dict[str, str | bytes]:
    """The parts of the least workbook there can be, to be spoilt."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELATED,
        "xl/worksheets/sheet1.xml": table(rows),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
    }


def packed(named: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in named.items():
            archive.writestr(name, content)
    return file.getvalue()
