import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest

from partners.customers.rows import COLUMNS, BadHeader, Row, RowError, check_row, checked, header_of

TODAY = date(2026, 11, 21)
HEADER = list(COLUMNS)
GOOD = ["x1", "Acme", "de", "Hamburg", "acme.com", "DE136695976", "Seller@Vendor.example", "yes", "2024-02-29"]


def row(**cells: str) -> Row | list[RowError]:
    return check_row(2, HEADER, [cells.get(name, given) for name, given in zip(HEADER, GOOD, strict=True)], today=TODAY)


def value(name: str, cell: str) -> Any:
    found = row(**{name: cell})
    return found.values[name] if isinstance(found, Row) else [(error.row, error.field) for error in found]


def read(text: str) -> list[Row | list[RowError]]:
    lines = csv.reader(StringIO(text, newline=""))
    return list(checked(lines, header_of(next(lines)), today=TODAY))


def test_row_is_read_as_values() -> None:
    assert row() == Row(
        2,
        {
            "external_id": "x1",
            "name": "Acme",
            "country": "DE",
            "city": "Hamburg",
            "website": "acme.com",
            "tax_number": "DE136695976",
            "owner_email": "seller@vendor.example",
            "named_account": True,
            "customer_since": date(2024, 2, 29),
        },
    )


ACCEPTED = [
    ("country", "XK", "XK"),
    ("country", "", ""),
    ("website", "", ""),
    ("website", "https://" + "a" * 60 + ".example/" + "b" * 241, "https://" + "a" * 60 + ".example/" + "b" * 241),
    ("website", "http://нииип-нзик.рф", "http://нииип-нзик.рф"),
    ("named_account", "TRUE", True),
    ("named_account", "1", True),
    ("named_account", "No", False),
    ("named_account", "", False),
    ("customer_since", "", None),
    ("customer_since", "1900-01-01", date(1900, 1, 1)),
    ("customer_since", "2026-11-21", TODAY),
    ("name", "  Acme \n Holding  ", "Acme Holding"),
    ("name", "a" * 250, "a" * 250),
]
REFUSED = [
    ("external_id", ""),
    ("external_id", "x" * 101),
    ("name", "  "),
    ("name", "a" * 251),
    ("name", "Ac\x00me"),
    ("name", "Ac\udcffme"),
    ("name", "Ac\x1bme"),
    ("country", "Germany"),
    ("country", "ZZ"),
    ("country", "EU"),
    ("city", "c" * 121),
    ("website", "javascript:alert(1)"),
    ("website", "ftp://acme.com"),
    ("website", "https://user:secret@acme.com"),
    ("website", "acme"),
    ("website", "https://acme.com/" + "b" * 500),
    ("tax_number", "1" * 41),
    ("owner_email", "a" * 255),
    ("named_account", "maybe"),
    ("customer_since", "24.12.2020"),
    ("customer_since", "2026-11-22"),
    ("customer_since", "1899-12-31"),
    ("customer_since", "2023-02-29"),
]


@pytest.mark.parametrize(("name", "cell", "expected"), ACCEPTED)
def test_cell_is_taken(name: str, cell: str, expected: object) -> None:
    assert value(name, cell) == expected


@pytest.mark.parametrize(("name", "cell"), REFUSED)
def test_cell_is_refused_at_its_field(name: str, cell: str) -> None:
    assert value(name, cell) == [(2, name)]


def test_row_with_several_faults_names_each() -> None:
    found = row(name="", country="??", named_account="perhaps")

    assert [str(error) for error in found] == [  # type: ignore[union-attr]
        "row 2, name: This must not be empty.",
        "row 2, country: ?? is no country code; two letters such as DE.",
        "row 2, named_account: Give yes or no.",
    ]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_left_alone() -> None:
    assert read("Name, note ,EXTERNAL_ID\nAcme,whatever,x1\n") == [Row(2, {"name": "Acme", "external_id": "x1"})]


def test_short_row_lacks_its_last_cells_and_a_long_one_is_refused() -> None:
    assert read("external_id,name,city\nx1,Acme\nx2,Acme,Hamburg,DE\n") == [
        Row(2, {"external_id": "x1", "name": "Acme", "city": ""}),
        [RowError(3, "", "There are 4 cells, but 3 columns.")],
    ]


def test_empty_lines_are_passed_over_and_counted() -> None:
    assert read("external_id,name\n\nx1,Acme\n,\n") == [Row(3, {"external_id": "x1", "name": "Acme"})]


def test_second_row_of_one_id_is_refused() -> None:
    assert read("external_id,name\nx1,Acme\nx1,Bolt\nx2,Bolt\n") == [
        Row(2, {"external_id": "x1", "name": "Acme"}),
        [RowError(3, "external_id", "x1 has occurred in this file already.")],
        Row(4, {"external_id": "x2", "name": "Bolt"}),
    ]


def test_row_that_is_no_csv_is_refused_and_the_next_one_read() -> None:
    huge = "x" * (csv.field_size_limit() + 1)

    found = read(f"external_id,name\nx1,{huge}\nx2,Bolt\n")

    assert [outcome[0].row if isinstance(outcome, list) else outcome.number for outcome in found] == [2, 3]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([], "missing: external_id, name"),
        (["external_id"], "missing: name"),
        (["external_id", "name", "Name "], "twice: name"),
    ],
)
def test_header_that_is_none_is_refused(cells: list[str], sentence: str) -> None:
    with pytest.raises(BadHeader, match=sentence):
        header_of(cells)
