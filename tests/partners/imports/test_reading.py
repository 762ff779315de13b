"""From bytes to rows and from titles to fields."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.customers.rows import COLUMNS
from partners.imports import bounds, reading
from partners.imports.bounds import Unreadable
from partners.imports.reading import table_of
from partners.imports.rules import doubled, guessed, missing

PLAIN = "id,name\n1,Müller\n2,Acme\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.encode() + b"\n\n,\n",
        b'"id","name"\n"1","M\xc3\xbcller"\n2,Acme',
    ],
)
def test_what_spreadsheets_save_is_read(content: bytes) -> None:
    assert table_of(content) == (["id", "name"], [["1", "Müller"], ["2", "Acme"]])


def test_cell_may_hold_a_line_break_and_the_delimiter() -> None:
    header, rows = table_of(b'id,name\n1,"Acme, Inc\nBerlin"\n')

    assert (header, rows) == (["id", "name"], [["1", "Acme, Inc\nBerlin"]])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The first row must name the columns."),
        (b",,\n1,2,3\n", "The first row must name the columns."),
        (b"id,name\n", "There is no row below the names of the columns."),
        (b"id,name\n,\n\n", "There is no row below the names of the columns."),
        ("id,name\n1,Müller\n".encode("latin-1"), "The file is not in UTF-8. Save it as “CSV UTF-8”, please."),
        (b"id,name\n\0,x\n", "This is no CSV file. Save the sheet as “CSV UTF-8”, please."),
        (b"id,name\n1,\x00\n", "This is no CSV file. Save the sheet as “CSV UTF-8”, please."),
        (b'id,name\n1,"open', "This is no CSV: unexpected end of data."),
        (b",".join(b"c" for _ in range(61)) + b"\n1\n", "There are 61 columns; at most 60, please."),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        table_of(content)

    assert str(refused.value) == sentence


def test_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1_000_000)
    with pytest.raises(Unreadable, match="at most 1 MB"):
        table_of(b"x" * 1_000_001)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert len(table_of(b"id\n1\n2\n")[1]) == 2
    with pytest.raises(Unreadable, match="more than 2 rows"):
        table_of(b"id\n1\n2\n3\n")


def test_long_cells_and_titles_are_cut() -> None:
    header, rows = table_of(b"t" * 500 + b"\n" + b"c" * 5000 + b"\n")

    assert (len(header[0]), len(rows[0][0])) == (bounds.LONGEST_TITLE, bounds.LONGEST_CELL)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_a_table_or_a_sentence(content: bytes) -> None:
    with suppress(Unreadable):
        header, rows = table_of(content)

        assert any(header)
        assert rows


@pytest.mark.parametrize(
    ("titles", "fields"),
    [
        (list(COLUMNS), list(COLUMNS)),
        (["Account ID", "Account Name", "Billing Country"], ["external_id", "name", "country"]),
        (["Kundennummer", "Firma", "Ort"], ["external_id", "name", "city"]),
        (["ID", "Customer ID", "Name"], ["external_id", "", "name"]),
        (["Turnover", "", "Notes"], ["", "", ""]),
    ],
)
def test_fields_are_guessed_from_titles(titles: list[str], fields: list[str]) -> None:
    assert guessed(titles) == fields


def test_needed_and_doubled_fields_are_named() -> None:
    assert missing(["", "city"]) == ["external_id", "name"]
    assert missing(["name", "external_id"]) == []
    assert doubled(["name", "", "", "city", "name"]) == ["name"]
