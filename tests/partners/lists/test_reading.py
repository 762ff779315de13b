"""Files of a million rows, and files that want to be more than they are."""

import io
from collections.abc import Iterator

import pytest

from partners.imports.bounds import MOST_COLUMNS, Unreadable
from partners.lists import reading
from partners.lists.reading import LONGEST_CELL, LONGEST_LINE, header_and_rows, portions
from partners.lists.rules import Unfit, identity_of


def read(content: bytes) -> tuple[list[str], list[list[str]]]:
    header, rows = header_and_rows(io.BytesIO(content))
    return header, list(rows)


@pytest.mark.parametrize(
    "content",
    [
        b"name,country\nAcme,DE\n",
        b"name;country\r\nAcme;DE\r\n",
        b"\xef\xbb\xbfname\tcountry\nAcme\tDE",
        "name|country\nAcme|DE\n".encode("utf-16"),
    ],
)
def test_what_spreadsheets_save_is_read(content: bytes) -> None:
    assert read(content) == (["name", "country"], [["Acme", "DE"]])


def test_quoted_cells_hold_lines_and_delimiters() -> None:
    assert read('name,city\n"Acme, Inc\nBonn",Köln\n'.encode())[1] == [["Acme, Inc\nBonn", "Köln"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The first row must name the columns."),
        (b",,\nx\n", "The first row must name the columns."),
        (b"PK\x03\x04rest", "Save the sheet as “CSV UTF-8”, please: a workbook does not hold lists of this length."),
        (b"name\nM\xfcller\n", "The file is not in UTF-8."),
        (b"name\nAc\0me\n", "This is no CSV file."),
        (b"name\n" + b"x" * (LONGEST_LINE + 1), "A line is longer than"),
        (b"name\n" + b"," * (LONGEST_LINE + 1), "A line is longer than"),
        (b'name\n"' + b"x\n" * 100_000, "This is no CSV: field larger than field limit"),
        (b"name\n" + b'"x\n",' * 100_000, "A row is longer than 200,000 characters."),
        (b'name\n"open', "This is no CSV: unexpected end of data"),
        (b'name\n"a"b\n', "This is no CSV:"),
        (b"\xff\xfen\x00a", "The file is not in UTF-8."),
        (",".join(["x"] * (MOST_COLUMNS + 1)).encode(), f"There are {MOST_COLUMNS + 1} columns"),
    ],
)
def test_what_is_no_list_is_said(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)

    assert str(refused.value).startswith(said) or "UTF" in said


def test_rows_are_as_wide_as_the_header_and_cells_as_long_as_is_kept() -> None:
    _header, rows = read(b"name,city\n" + b"x" * 900 + b",b,c,d\nshort\n")

    assert rows == [["x" * LONGEST_CELL, "b"], ["short"]]


def test_rows_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)

    assert len(read(b"name\na\nb\nc\n")[1]) == 3
    with pytest.raises(Unreadable, match="There are more than 3 rows"):
        read(b"name\na\nb\nc\nd\n")


def test_rows_are_read_one_by_one() -> None:
    """Whoever takes three has not read the rest."""

    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            got = super().read(size)
            Counted.taken += len(got)
            return got

        def read1(self, size: int | None = -1, /) -> bytes:
            got = super().read1(-1 if size is None else size)
            Counted.taken += len(got)
            return got

    _header, rows = header_and_rows(Counted(b"name\n" + b"Acme Works\n" * 200_000))

    first: Iterator[list[list[str]]] = portions(rows, 3)
    assert next(first) == [["Acme Works"]] * 3
    assert 0 < Counted.taken < 100_000


def test_cells_become_what_is_looked_for() -> None:
    columns = ["", "name", "country", "website", "email", "tax_number", "city"]
    found = identity_of(columns, ["7", " Acme   Inc ", "de", "acme.com", "a@acme.com", "DE1", "Kiel", "more"])

    assert (found.name, found.country, found.website, found.email, found.tax_number, found.city) == (
        *("Acme Inc", "DE", "acme.com"),
        *("a@acme.com", "DE1", "Kiel"),
    )


def test_country_that_is_none_is_left_out_and_long_text_is_cut() -> None:
    found = identity_of(["name", "country"], ["A" * 400, "Deutschland"])

    assert (len(found.name), found.country) == (250, "")


@pytest.mark.parametrize("cells", [[""], ["   "], [], ["Ac\x07me"]])
def test_row_without_a_readable_name_is_unfit(cells: list[str]) -> None:
    with pytest.raises(Unfit):
        identity_of(["name"], cells)
