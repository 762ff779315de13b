"""Downloads: a spreadsheet shows what was typed and calculates nothing."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.http import StreamingHttpResponse
from django.test import RequestFactory

from prm.portal.exports import csv_lines, file_of, safe


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\r=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "\"=cmd|' /C calc'!A0",
        "'=1",
        "plain\n=1+1",
        "plain\r\n=1+1",
        "\ufeff=1",
        "\u200b=1",
        "\ttext",
    ],
)
def test_formula_becomes_text(typed: str) -> None:
    assert safe(typed) == f"'{typed}"


@pytest.mark.parametrize(
    "typed", ["Müller & Söhne", "a=b", "3-2", "mail@example.com", "C++", "", " spaced", "'quoted'", "line\nbreak"]
)
def test_plain_text_is_left_alone(typed: str) -> None:
    assert safe(typed) == typed


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-5, "-5"),
        (Decimal("-1234.50"), "-1234.50"),
        (1.5, "1.5"),
        (True, "True"),
        (None, ""),
        (date(2026, 11, 24), "2026-11-24"),
        (datetime(2026, 11, 24, 10, 40, tzinfo=UTC), "2026-11-24T10:40:00+00:00"),
    ],
)
def test_values_stay_what_they_are(value: object, written: str) -> None:
    assert safe(value) == written


def test_file_is_read_back_as_written() -> None:
    rows = [["Müller, Söhne", "=HYPERLINK(1)", Decimal("-3.20")], ['said "yes"\nand left', "", None]]
    text = "".join(csv_lines(["Customer", "Note", "Amount"], rows))
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    assert text.startswith("\ufeff")
    assert read == [
        ["Customer", "Note", "Amount"],
        ["Müller, Söhne", "'=HYPERLINK(1)", "-3.20"],
        ['said "yes"\nand left', "", ""],
    ]


def test_response_is_a_download() -> None:
    response = file_of(RequestFactory().get("/"), "deals", ["A"], [["b"]])

    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="deals.csv"'
    assert b"".join(response.streaming_content) == b"\xef\xbb\xbfA\r\nb\r\n"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Helix\r\nSet-Cookie: a=b", "helix-set-cookie-a-b"),
        ('a"; filename="b', "a-filename-b"),
        ("../../etc", "etc"),
        ("顧客", "export"),
    ],
)
def test_name_of_the_file_adds_no_header(name: str, file: str) -> None:
    response = file_of(RequestFactory().get("/"), name, [], [])

    assert response["Content-Disposition"] == f'attachment; filename="{file}.csv"'


def test_rows_are_written_as_they_come() -> None:
    lines = csv_lines(["N"], ([number] for number in range(10**9)))

    assert [next(lines), next(lines), next(lines)] == ["\ufeffN\r\n", "0\r\n", "1\r\n"]
