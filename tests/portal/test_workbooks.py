"""Workbooks, read back as a spreadsheet reads them."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from prm.portal import exports
from prm.portal.exports import Cell, file_of
from tests.factories import Cast, make_draft

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORTS = ["deals-export", "partners-export", "accounts-export"]


def asked(query: str = "file=xlsx") -> HttpRequest:
    return RequestFactory().get(f"/export?{query}")


def body(response: object) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def sheet_of(content: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def written(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Worksheet:
    return sheet_of(body(file_of(asked(), "deals", header, rows)))


def values(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_cells_have_their_types() -> None:
    closing = date(2027, 6, 30)
    sheet = written(
        ["Customer", "Value", "Close", "Won", "Note"], [["Müller", Decimal("86400.00"), closing, True, None]]
    )

    assert values(sheet) == [
        ["Customer", "Value", "Close", "Won", "Note"],
        ["Müller", 86400, datetime(2027, 6, 30), True, None],  # noqa: DTZ001 - what a spreadsheet knows
    ]
    assert sheet["C2"].number_format == "yyyy-mm-dd"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E2"


def test_times_are_the_readers_own() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        sheet = written(["Due"], [[datetime(2026, 7, 1, 22, 30, tzinfo=UTC)]])

    assert sheet["A2"].value == datetime(2026, 7, 2, 0, 30)  # noqa: DTZ001 - what a spreadsheet knows
    assert sheet["A2"].number_format == "yyyy-mm-dd hh:mm"


@pytest.mark.parametrize("typed", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "{=A1}", "http://example.com"])
def test_formula_is_shown_and_not_run(typed: str) -> None:
    sheet = written(["Customer"], [[typed]])

    assert (sheet["A2"].value, sheet["A2"].data_type) == (typed, "s")
    assert sheet["A2"].hyperlink is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=40))
def test_text_comes_back_as_it_was_typed(text: str) -> None:
    assert written(["Customer"], [[text]])["A2"].value == text


def test_text_longer_than_a_cell_is_cut() -> None:
    value = written(["Work done"], [["x" * 40_000]])["A2"].value

    assert value == "x" * exports.LONGEST_CELL


def test_no_rows_make_a_sheet_with_a_header() -> None:
    assert values(written(["Reference", "State"], [])) == [["Reference", "State"]]


def test_name_and_kind_of_the_file() -> None:
    response = file_of(asked(), "Deals of Helix", ["A"], [])

    body(response)
    assert response["Content-Type"] == EXCEL
    assert response["Content-Disposition"] == 'attachment; filename="deals-of-helix.xlsx"'


@pytest.mark.parametrize("kind", ["pdf", "XLSX", "xlsx ", "../xlsx"])
def test_other_kinds_do_not_exist(kind: str) -> None:
    with pytest.raises(Http404):
        file_of(asked(f"file={kind}"), "deals", ["A"], [])


def test_list_too_long_for_a_workbook_is_refused_with_a_way_on(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    for _number in range(3):
        make_draft(cast.helix)
    client.force_login(cast.helix.rep)
    url = reverse("deals-export")

    refused = client.get(url, {"file": "xlsx"})
    narrowed = client.get(url, {"file": "xlsx", "q": "nobody has this name"})
    assert body(narrowed)
    as_csv = client.get(url)

    assert refused.status_code == 400
    assert "take CSV" in refused.text
    assert narrowed.status_code == 200
    assert body(as_csv).count(b"\r\n") == 4


def test_rows_too_many_are_not_even_read() -> None:
    read = []

    def endless() -> Iterable[Sequence[Cell]]:
        number = 0
        while True:
            number += 1
            read.append(number)
            yield [number]

    original = exports.MOST_ROWS
    exports.MOST_ROWS = 10
    try:
        with pytest.raises(exports.TooLong):
            exports.workbook(["N"], endless())
    finally:
        exports.MOST_ROWS = original
    assert len(read) == 11


@pytest.mark.parametrize("name", EXPORTS)
def test_workbook_holds_what_the_csv_holds(cast: Cast, client: Client, name: str) -> None:
    make_draft(cast.helix, customer_name="=Kanarie Spedition GmbH")
    client.force_login(cast.admin)
    lines = body(client.get(reverse(name))).decode("utf-8-sig").splitlines()

    rows = values(sheet_of(body(client.get(reverse(name), {"file": "xlsx"}))))

    assert len(rows) == len(lines)
    assert [str(cell) for cell in rows[0]] == lines[0].split(",")


def test_workbook_holds_only_what_its_reader_may_see(cast: Cast, client: Client) -> None:
    make_draft(cast.orbit, customer_name="Kanarie Spedition GmbH")
    client.force_login(cast.helix.admin)

    content = body(client.get(reverse("deals-export"), {"file": "xlsx"}))

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not any(b"Kanarie" in parts.read(part) for part in parts.namelist())
    assert len(values(sheet_of(content))) == 1


@pytest.mark.parametrize("name", ["deals", "partners", "accounts"])
def test_both_kinds_are_offered_for_what_is_filtered(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.admin)

    page = client.get(reverse(name), {"q": "kanarie"}).text

    assert f'href="{reverse(f"{name}-export")}?q=kanarie"' in page
    assert f'href="{reverse(f"{name}-export")}?q=kanarie&amp;file=xlsx"' in page
