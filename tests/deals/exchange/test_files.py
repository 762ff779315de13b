"""Files of rates: a row for each, or as the ECB publishes them; a dry run first, all of them or none."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook

from deals.exchange.rules import Cell, cells_of, is_wide, read_day, read_number
from deals.exchange.sheet import COLUMNS, take
from deals.sheets import Report, as_text, rows_of
from prm.clocks.database import database_now
from prm.currencies import CURRENCIES
from prm.errors import InvalidInput
from prm.rates.models import Rate
from tests.deals.portal.reading import main
from tests.deals.test_api import Caller
from tests.factories import Cast
from tests.ledger.test_pages import browser
from tests.rates.knowing import know

# As the ECB publishes its history: a mark at the end of each line, currencies that are no more, and N/A.
HISTORY = """Date,USD,JPY,BGN,CYP,CZK,HRK,GBP,
2026-11-20,1.1520,178.95,1.9558,N/A,24.168,N/A,0.8805,
2026-11-19,1.1583,180.20,N/A,N/A,24.150,N/A,0.8811,
"""
# As it publishes one day: blanks after the commas, and the day in words.
ONE_DAY = "Date, USD, JPY, GBP, \n20 November 2026, 1.1520, 178.95, 0.8805, \n"
OF_HISTORY = {
    ("USD", "2026-11-20", "1.152"),
    ("USD", "2026-11-19", "1.1583"),
    ("JPY", "2026-11-20", "178.95"),
    ("JPY", "2026-11-19", "180.2"),
    ("CZK", "2026-11-20", "24.168"),
    ("CZK", "2026-11-19", "24.15"),
    ("GBP", "2026-11-20", "0.8805"),
    ("GBP", "2026-11-19", "0.8811"),
}
LONG = "date,base,quote,value,source\n2026-11-20,USD,EUR,0.868,Our bank\n2026-11-20,EUR,GBP,0.8805,\n"


def known() -> set[tuple[str, str, str]]:
    return {(rate.currency, rate.on.isoformat(), rate.plain) for rate in Rate.objects.counting()}


def taken(cast: Cast, text: str, *, dry_run: bool = False) -> Report:
    return take(rows_of(text.encode(), COLUMNS), cast.finance, database_now(), dry_run)


def counts(report: Report) -> tuple[int, int, int, int]:
    return (report.rows, report.new, report.changed, report.unchanged)


def test_history_of_the_ecb_is_taken_in_as_it_is(cast: Cast) -> None:
    bulgarian = {("BGN", "2026-11-20", "1.9558")} if "BGN" in CURRENCIES else set()
    dry = taken(cast, HISTORY, dry_run=True)
    assert not Rate.objects.exists()
    report = taken(cast, HISTORY)
    again = taken(cast, HISTORY)
    of_one_day = taken(cast, ONE_DAY)

    assert known() == OF_HISTORY | bulgarian
    assert {rate.quotation for rate in Rate.objects.all()} == {"indirect"}
    made = len(OF_HISTORY | bulgarian)
    assert counts(dry) == counts(report) == (2, made, 0, 0)
    assert counts(again) == (2, 0, 0, made)
    assert counts(of_one_day) == (1, 0, 0, 3)
    assert [report.is_clean for report in (dry, report, again, of_one_day)] == [True] * 4


def test_rows_of_one_rate_each_correct_what_is_known(cast: Cast) -> None:
    know(cast, value="0.9", on="2026-11-20")
    report = taken(cast, LONG)
    short = taken(cast, "Day;From;Rate\n2026-11-19;chf;1.07\n")

    assert counts(report) == (2, 1, 1, 0)
    assert counts(short) == (1, 1, 0, 0)
    assert known() == {
        ("USD", "2026-11-20", "0.868"),
        ("GBP", "2026-11-20", "0.8805"),
        ("CHF", "2026-11-19", "1.07"),
    }
    assert [rate.source for rate in Rate.objects.order_by("pk")][1:] == ["Our bank", "", ""]


FLAWS = [
    ("date,base,value\n20.11.2026,USD,0.9\n", ["Row 2: date: Give the day as 2026-11-20."]),
    ("date,base,value\n2026-11-20,USD,x\n", ["Row 2: value: Give a rate above 0 with at most ten decimals."]),
    ("date,base,value\n2026-11-20,DEM,0.5\n", ["Row 2: value: A rate is between EUR and another currency."]),
    ("date,base,quote,value\n2026-11-20,USD,GBP,0.5\n", ["Row 2: value: A rate is between EUR and another currency."]),
    ("date,base,value\n2098-11-20,USD,0.5\n", ["Row 2: date: This day is still to come."]),
    (f"date,base,value,source\n2026-11-20,USD,0.5,{'x' * 121}\n", ["Row 2: source: Say it in fewer words."]),
    (
        "date,base,value\n2026-11-20,USD,0.9\n2026-11-20,CHF,1\n2026-11-20,USD,0.9\n",
        ["Row 4: value: There is a rate of USD for this day in row 2 already."],
    ),
    (
        "date,USD,GBP\n2026-11-20,1.1,1:2\nsome day,1,1\n",
        ["Row 2: GBP: Give a rate above 0 with at most ten decimals.", "Row 3: date: Give the day as 2026-11-20."],
    ),
    (
        "date,usd\n2026-11-20,1.1\n2026-11-20,1.2\n",
        ["Row 3: USD: There is a rate of USD for this day in row 2 already."],
    ),
    (
        "date,USD\n2098-01-01,1.1\n2026-01-05,1.1\n2098-01-02,1.1\n",
        ["Row 2: date: This day is still to come.", "Row 4: date: This day is still to come."],
    ),
]


@pytest.mark.parametrize(("text", "said"), FLAWS)
def test_bad_row_is_named_and_nothing_is_kept(cast: Cast, text: str, said: list[str]) -> None:
    report = taken(cast, text)

    assert [str(flaw) for flaw in report.flaws] == said
    assert not Rate.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,EUR,USD\n2026-11-20,0.9,1\n", "there is a column for EUR"),
        ("date,colour\n2026-11-20,red\n", "Known are: date, base, quote, value, source."),
        ("date,USD,USD\n2026-11-20,1,1\n", "A column stands there twice."),
        (",,\n", "The first row must name the columns."),
    ],
)
def test_file_of_another_kind_is_refused(cast: Cast, text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as error:
        taken(cast, text)

    assert said in error.value.errors["file"][0]


def test_file_of_the_ecb_is_no_use_where_another_currency_is_reckoned_in(cast: Cast, settings: Any) -> None:
    settings.PRM_CURRENCY = "USD"
    with pytest.raises(InvalidInput) as error:
        taken(cast, HISTORY)

    assert "another currency than USD" in error.value.errors["file"][0]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ({"date": "x", "usd": "1.1", "cyp": "0.6", "gbp": "N/A", "chf": " ", "jpy": "-"}, ["USD EUR USD 1.1"]),
        ({"usd": "1,1", "source": "5"}, ["USD EUR USD None"]),
        ({"base": "usd", "value": "1.1"}, ["value USD EUR 1.1"]),
        ({"base": "eur", "quote": " usd ", "value": "", "gbp": "1"}, ["value EUR USD None"]),
        ({"value": "2"}, ["value  EUR 2"]),
    ],
)
def test_cells_of_a_row_become_rates(row: dict[str, str], cells: list[str]) -> None:
    found = list(cells_of(row, own="EUR", known=frozenset({"USD", "GBP", "CHF", "JPY"}), mark="."))

    assert [f"{cell.column} {cell.base} {cell.quote} {cell.value}" for cell in found] == cells
    assert is_wide(row) is ("value" not in row)
    assert [type(cell) for cell in found] == [Cell] * len(cells)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("0.868055555555556", ".", "0.8680555556"),
        ("0,868055555555556", ",", "0.8680555556"),
        ("0.86805555555", ".", "0.8680555556"),
        ("0.86805555545", ".", "0.8680555554"),
        ("9999999999.99999999999", ".", None),
        ("0.00000000000", ".", None),
        ("0.000000000049", ".", None),
        ("1.1", ".", "1.1"),
        ("1,1", ".", None),
    ],
)
def test_what_a_workbook_reckons_is_rounded_to_ten_decimals(text: str, mark: str, value: str | None) -> None:
    assert read_number(text, mark) == (Decimal(value) if value else None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        (" 20  November 2026 ", date(2026, 11, 20)),
        *((text, None) for text in ("", "20.11.2026", "2026-13-01", "2026-11-20T00:00", "November 2026")),
    ],
)
def test_day_is_read_or_refused(text: str, day: date | None) -> None:
    assert read_day(text) == day


def test_decimal_mark_is_the_persons_own(cast: Cast) -> None:
    row = {"date": "2026-11-20", "usd": "1,152"}
    [cell] = cells_of(row, own="EUR", known=frozenset({"USD"}), mark=",")

    assert cell.value == Decimal("1.152")
    assert as_text([row], COLUMNS) == 'date,usd\r\n2026-11-20,"1,152"\r\n'


def workbook() -> bytes:
    made = BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Date", "USD", "GBP"])
        sheet.write_row(1, 0, ["2026-11-20", 1.152, 0.8805])
    return made.getvalue()


def test_page_shows_what_a_file_would_do_and_then_does_it(cast: Cast) -> None:
    client = browser(cast.finance)
    assert 'href="/rates/import/"' in client.get("/rates/").text
    shown = client.post("/rates/import/", {"file": SimpleUploadedFile("ecb.csv", HISTORY.encode())})
    assert not Rate.objects.exists()
    carried = shown.context["carried"]
    body = {"rows": carried.initial["rows"], "form_nonce": carried["form_nonce"].value()}
    done = client.post("/rates/import/", body, follow=True)
    twice = client.post("/rates/import/", body)
    bad = client.post("/rates/import/", {"file": SimpleUploadedFile("x.csv", b"date,USD\nx,1\n")})

    assert "This is what the file would do" in main(shown)
    assert f"2 rows: {Rate.objects.count()} new, 0 changed, 0 as they were." in main(shown)
    assert done.redirect_chain == [("/rates/", 302)]
    assert known() >= OF_HISTORY
    assert (twice.status_code, twice["Location"]) == (302, "/rates/")
    assert (bad.status_code, "Give the day as 2026-11-20." in main(bad)) == (400, True)


def test_programs_hand_in_files(cast: Cast) -> None:
    finance = Caller(cast.finance)

    def post(content: bytes, query: str = "", kind: str = "text/csv") -> Any:
        path = f"/api/v1/rates/imports{query}"
        return finance.client.post(path, content, content_type=kind, headers=finance.headers)

    dry = post(LONG.encode(), "?dry_run=true")
    assert not Rate.objects.exists()
    made = post(LONG.encode())
    book = post(workbook(), kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    bad = post(b"date,USD\nx,1\n")

    assert (dry.status_code, dry.json()["new"], dry.json()["ids"]) == (201, 2, [])
    assert (made.status_code, len(made.json()["ids"])) == (201, 2)
    assert (book.status_code, book.json()["new"], book.json()["changed"], book.json()["unchanged"]) == (201, 0, 1, 1)
    assert (bad.status_code, bad.json()["errors"]) == (400, {"file": ["Row 2: date: Give the day as 2026-11-20."]})
    assert known() == {("USD", "2026-11-20", "1.152"), ("GBP", "2026-11-20", "0.8805")}
