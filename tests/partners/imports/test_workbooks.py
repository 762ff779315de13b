"""What a person sees in a workbook is what is imported; and no file, however it is built, harms who reads it."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook as Other

from partners.imports import reading, workbooks
from partners.imports.bounds import NoSuchSheet, Unreadable
from partners.imports.cells import is_day, shown, unescaped
from partners.imports.reading import table_of
from partners.imports.workbooks import column_of
from tests.partners.imports.books import BOOK, HEADER, MAIN, book, line, packed, parts, table, text

ROWS = [["id", "name", "since"], ["x1", "Acme", "2020-05-01"]]


def read(*rows: str) -> list[list[str]]:
    return table_of(packed(parts(HEADER + "".join(rows))))[1]


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        (10045, "10045"),
        (10045.0, "10045"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (-2.5, "-2.5"),
        (123456789012345, "123456789012345"),
        (1e20, "100000000000000000000"),
        ("00017", "00017"),
        ("10045.0", "10045.0"),
        ("=1+1", "=1+1"),
        (" Acme  Werke ", " Acme  Werke "),
        ("Zeile\nzwei", "Zeile\nzwei"),
        ("Ünïcode 公司 🏢", "Ünïcode 公司 🏢"),
        (True, "TRUE"),
        (False, "FALSE"),
        ((17, "00000"), "00017"),
        ((17, "0.00"), "17"),
        ((0.5, "0%"), "0.5"),
        ((43952, "dd.mm.yyyy"), "2020-05-01"),
        ((43952, 'yyyy"-year-"'), "2020-05-01"),
        ((43952.75, "yyyy-mm-dd hh:mm"), "2020-05-01 18:00:00"),
        ((0.25, "hh:mm"), "06:00:00"),
        ((1, "yyyy-mm-dd"), "1900-01-01"),
        ((17, '"day "0'), "17"),
        ((17, "[Red]0"), "17"),
        ((-1, "yyyy"), "-1"),
        ((99_999_999, "yyyy"), "99999999"),
        (None, ""),
    ],
)
def test_cell_is_what_a_person_sees(cell: object, seen: str) -> None:
    _header, rows = table_of(book({"Sheet": [["id", "name"], [cell, "last"]]}))

    assert rows == [[seen, "last"]]


def test_days_of_another_library_are_the_same() -> None:
    other, file = Other(), io.BytesIO()
    sheet = other.active
    assert sheet is not None
    for row in (["id", "since"], ["x1", date(2020, 5, 1)], ["x2", datetime(2020, 5, 1, 9, 30)]):  # noqa: DTZ001
        sheet.append(row)
    other.save(file)

    assert table_of(file.getvalue())[1] == [["x1", "2020-05-01"], ["x2", "2020-05-01 09:30:00"]]


def test_days_are_counted_from_where_the_workbook_says() -> None:
    later = parts(HEADER + line(2, '<c s="1"><v>42490</v></c>', text("Acme")))
    later["xl/workbook.xml"] = str(later["xl/workbook.xml"]).replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    related = str(parts()["xl/_rels/workbook.xml.rels"])
    later["xl/_rels/workbook.xml.rels"] = related.replace("sharedStrings", "styles")
    later["xl/styles.xml"] = styles

    assert table_of(packed(later))[1] == [["2020-05-01", "Acme"]]


def test_result_of_a_formula_is_what_was_calculated() -> None:
    rows = read(line(2, '<c t="str"><f>A1&amp;"x"</f><v>idx</v></c>', "<c><f>1+1</f><v>2</v></c>"))

    assert rows == [["idx", "2"]]


def test_kinds_of_cells_that_only_some_programs_write() -> None:
    rows = read(
        line(2, '<c t="d"><v>2020-05-01T00:00:00</v></c>', '<c t="e"><v>#N/A</v></c>', "<c><v>about ten</v></c>"),
        line(3, '<c t="s"/>', "<c><v>1E999</v></c>"),
    )

    assert rows == [["2020-05-01", "#N/A", "about ten"], ["", "1E999"]]


def test_readings_of_a_character_are_no_part_of_the_text() -> None:
    named = parts(HEADER + line(2, '<c t="s"><v>0</v></c>', text("last")))
    named["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}"><si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウキョウ</t></rPh></si></sst>'
    )

    assert table_of(packed(named))[1] == [["東京", "last"]]


def test_names_of_another_namespace_are_understood() -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>id</x:t></x:is></x:c></x:row>'
    )
    sheet += "<x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>"

    assert table_of(packed({**parts(), "xl/worksheets/sheet1.xml": sheet})) == (["id"], [["7"]])


def test_rows_and_cells_that_are_left_out_keep_their_places() -> None:
    rows = read('<row r="4"><c r="B4" t="inlineStr"><is><t>Acme</t></is></c></row>', line(6, text("x2")))

    assert rows == [[], [], ["", "Acme"], [], ["x2"]]


def test_empty_rows_to_the_end_of_the_sheet_are_none() -> None:
    """A spreadsheet writes them when somebody coloured a column."""
    assert read(line(2, text("x1")), '<row r="1048576"><c r="A1048576" s="1"/></row>') == [["x1"]]


def test_first_sheet_is_read_unless_another_is_named() -> None:
    content = book({"Cover": [["id"], ["cover"]], "Accounts 2026": [["id"], ["x1"]]})

    assert table_of(content)[1] == [["cover"]]
    assert table_of(content, " accounts  2026 ")[1] == [["x1"]]


def test_sheet_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(NoSuchSheet, match="It has: Cover, Accounts"):
        table_of(book({"Cover": ROWS, "Accounts": ROWS}), "Kunden")


def test_hidden_sheets_are_not_read() -> None:
    def hide(writer: object) -> None:
        writer.get_worksheet_by_name("Accounts").activate()  # type: ignore[attr-defined]
        writer.get_worksheet_by_name("Lists").hide()  # type: ignore[attr-defined]

    content = book({"Lists": [["secret"], ["1"]], "Accounts": ROWS}, hide)

    assert table_of(content)[0] == ROWS[0]
    with pytest.raises(NoSuchSheet):
        table_of(content, "Lists")


@pytest.mark.parametrize(
    ("reference", "column"),
    [("A1", 0), ("Z9", 25), ("AA10", 26), ("XFD1048576", 16383), ("", 5), ("7", 5), ("a1", 5), ("AAAA1", 5), ("Ä1", 5)],
)
def test_column_is_read_from_its_letters_or_follows(reference: str, column: int) -> None:
    assert column_of(reference, 5) == column


@pytest.mark.parametrize(
    ("code", "answer"),
    [("yyyy-mm-dd", True), ("[$-409]d/m/yy", True), ("h:mm AM/PM", True), ("General", False), ("0.00E+00", False),
     ('#,##0 "days"', False), ("0\\d", False), ("_-* #,##0.00_-", False), ("", False)],
)  # fmt: skip
def test_format_says_whether_it_shows_a_day(code: str, answer: bool) -> None:
    assert is_day(code) is answer


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [("a_x000D_b", "a\rb"), ("_x0041_", "A"), ("_x0000_", "_x0000_"), ("_xD800_", "_xD800_"), ("_x00_", "_x00_")],
)
def test_spelled_characters_are_read_when_they_are_text(spelled: str, meant: str) -> None:
    assert unescaped(spelled) == meant


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["", "yyyy", "0000", "0.0"]))
def test_any_number_has_a_text(number: float, code: str) -> None:
    assert shown(repr(number), code)


PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="_￾￿"), min_size=1, max_size=20)


@given(st.lists(st.tuples(PLAIN, st.integers(-(10**14), 10**14), st.booleans()), min_size=1, max_size=5))
def test_whatever_is_written_is_read(rows: list[tuple[str, int, bool]]) -> None:
    read_back = table_of(book({"S": [["text", "number", "truth"], *rows]}))[1]

    assert read_back == [[said, str(number), str(truth).upper()] for said, number, truth in rows]


# Files that are none, or not what they say.


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (workbooks.COMPOUND + b"\0" * 600, "an old Excel"),
        (workbooks.COMPOUND + b"\0" * 90 + workbooks.ENCRYPTED, "protected by a password"),
        (b"PK\x03\x04", "no workbook"),
        (b"PK\x03\x04" + bytes(range(256)) * 20, "no workbook"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "no workbook"),
        (packed({**parts(), "_rels/.rels": "<Relationships/>"}), "no workbook"),
        (packed({**parts(), "_rels/.rels": "no xml"}), "no workbook"),
        (packed({**parts(), "xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}), "no workbook"),
        (packed({**parts(), "xl/worksheets/sheet1.xml": b"\xff\xfe\x00"}), "no workbook"),
        (packed({name: part for name, part in parts().items() if "sheet1" not in name}), "no workbook"),
        (packed({**parts(), "xl/workbook.xml": "<workbook><sheets/></workbook>"}), "no workbook"),
        (packed(parts(), zipfile.ZIP_LZMA), "no workbook"),
        (packed(parts(line(1, '<c t="s"><v>5</v></c>'))), "no workbook"),
        (packed(parts(line(1, '<c t="s"><v>many</v></c>'))), "no workbook"),
        (packed(parts("")), "first row must name"),
        (packed(parts(HEADER)), "no row below"),
        (packed(parts(line(1, '<c r="BI1"><v>1</v></c>'))), "more than 60 columns"),
    ],
)
def test_file_that_cannot_be_read_says_so(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        table_of(content)


def test_workbook_locked_part_by_part_says_so() -> None:
    locked = bytearray(packed(parts()))
    at = locked.find(b"PK\x01\x02")
    while at >= 0:
        locked[at + 8] |= 1
        at = locked.find(b"PK\x01\x02", at + 4)

    with pytest.raises(Unreadable, match="no workbook"):
        table_of(bytes(locked))


def test_control_least_workbook_is_read() -> None:
    assert table_of(packed(parts())) == (["id", "name"], [["x1", "Acme"]])


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declared", [ENTITIES, OUTSIDE])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_are_declared(declared: str, part: str, encoding: str) -> None:
    named = parts(HEADER + line(2, text("x1"), text("Acme")))
    spoilt = f'<?xml version="1.0" encoding="{encoding}"?>{declared}{named[part]!s}'.encode(encoding)

    with pytest.raises(Unreadable, match="no workbook"):
        table_of(packed({**named, part: spoilt}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_control_the_same_part_without_them_is_read(encoding: str) -> None:
    sheet = f'<?xml version="1.0" encoding="{encoding}"?>{parts()["xl/worksheets/sheet1.xml"]!s}'.encode(encoding)

    assert table_of(packed({**parts(), "xl/worksheets/sheet1.xml": sheet}))[1] == [["x1", "Acme"]]


LAST = line(2, text("x1"))


def sheet_of(kind: str, size: int) -> str:
    """`size` letters of it, and a row behind them."""
    made = {
        "blanks": " " * size,
        "elements": "<a/>" * (size // 4),
        "depth": "<a>" * (size // 7) + "</a>" * (size // 7),
        "mark": f'<a b="{"x" * size}"/>',
        "cells": ("<row>" + "<c><v>1</v></c>" * 50 + "</row>") * (size // 800),
        "letters": ("<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>") * (size // 1000),
        "pieces": f"<row><c t='str'>{'<t>a</t>' * (size // 8)}</c></row>",
        "rows": "<row><c><v>1</v></c></row>" * (size // 26),
    }
    return table(HEADER + made.get(kind, "") + LAST)


def bomb(kind: str, size: int) -> bytes:
    """Small in the file, large when it is unpacked or written out."""
    named = {**parts(), "xl/worksheets/sheet1.xml": sheet_of(kind, size)}
    strings = {"strings": "<si/>" * (size // 5), "letters": f"<si><t>{'x' * 2000}</t></si>"}
    named["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings.get(kind, "")}</sst>'
    if kind == "sheets":
        named["xl/workbook.xml"] = BOOK.replace("<sheets>", "<sheets>" + "<sheet/>" * (size // 8))
    return packed(named)


BOMBS = ["blanks", "cells", "strings", "letters", "sheets", "rows", "depth", "mark"]


@pytest.fixture
def tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of every limit, because counting memory takes its time."""
    for name in ("MOST_UNPACKED", "MOST_OF_A_PART", "MOST_CELLS", "MOST_LETTERS", "MOST_ROWS"):
        monkeypatch.setattr(workbooks, name, getattr(workbooks, name) // 10)
    monkeypatch.setattr(reading, "MOST_ROWS", reading.MOST_ROWS // 10)


def peak(content: bytes) -> tuple[list[list[str]] | None, float]:
    """The rows, or None for a file that is refused, and the megabytes that were needed at once."""
    tracemalloc.start()
    try:
        return table_of(content)[1], tracemalloc.get_traced_memory()[1] / 1e6
    except Unreadable:
        return None, tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", BOMBS)
def test_bomb_is_refused_before_it_takes_memory(kind: str, tenth: None) -> None:
    content = bomb(kind, 16_000_000 if kind == "blanks" else 3_000_000)
    assert len(content) < 50_000
    rows, megabytes = peak(content)

    assert rows is None
    assert megabytes < 12


@pytest.mark.parametrize("kind", ["elements", "pieces"])
def test_odd_sheet_is_forgotten_while_it_is_read(kind: str) -> None:
    """Handlers keep what they look for: of 2 MB nothing, or one cell."""
    rows, megabytes = peak(bomb(kind, 2_000_000))

    assert rows is not None
    assert [len(cell) for row in rows for cell in row] in ([2], [2000, 2])
    assert megabytes < 22


def test_control_tree_of_the_same_sheet_takes_the_memory() -> None:
    sheet = sheet_of("elements", 2_000_000)
    tracemalloc.start()
    tree = ElementTree.fromstring(sheet)
    megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()

    assert len(tree[0]) > 400_000
    assert megabytes > 25


@pytest.mark.parametrize(
    ("kind", "number"),
    [("blanks", 1), ("cells", 26), ("strings", 1), ("letters", 21), ("sheets", 1), ("rows", 770), ("mark", 1)],
)
def test_control_small_one_of_the_same_make_is_read(kind: str, number: int) -> None:
    rows, _megabytes = peak(bomb(kind, 20_000))

    assert rows is not None
    assert len(rows) == number
