"""The bank's answer, in every state of a payment and in every spelling of a file."""

from datetime import date

import pytest

from prm.errors import InvalidInput
from prm.payments.files import MOST_BYTES, MOST_ROWS, read_results
from prm.payments.rules import Known, Result, faults_of

TODAY = date(2026, 11, 21)
# As a payment stands | what the bank says | what is wrong with it ("-" for nothing).
MATRIX = """
    waiting | paid     | -
    waiting | failed   | -
    waiting | waiting  | state
    waiting | dropped  | state
    waiting | PAID     | state
    waiting | refunded | state
    paid    | paid     | -
    paid    | failed   | contradiction
    paid    | waiting  | state
    paid    | dropped  | state
    failed  | failed   | -
    failed  | paid     | contradiction
    failed  | waiting  | state
    failed  | dropped  | state
    dropped | paid     | contradiction
    dropped | failed   | contradiction
    dropped | dropped  | state
    dropped | waiting  | state
"""
ROWS = [tuple(part.strip() for part in line.split("|")) for line in MATRIX.strip().splitlines()]


@pytest.mark.parametrize(("stands", "said", "code"), ROWS)
def test_what_the_bank_says_fits_what_is_known(stands: str, said: str, code: str) -> None:
    found = faults_of([Result(7, "pay_1", said, None)], {"pay_1": Known(stands)}, TODAY)

    assert found == ([] if code == "-" else [(7, code)])


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 11, 20), ""),
        (date(2026, 11, 21), ""),
        (None, ""),
        (date(2000, 1, 1), ""),
        (date(2026, 11, 22), "day"),
        (date(2099, 1, 1), "day"),
    ],
)
def test_day_of_a_payment_has_come(on: date | None, code: str) -> None:
    found = faults_of([Result(2, "pay_1", "paid", on)], {"pay_1": Known("waiting")}, TODAY)

    assert [fault for _row, fault in found] == ([code] if code else [])


def test_every_bad_row_is_named_in_the_order_of_the_file() -> None:
    known = {"pay_1": Known("waiting"), "pay_2": Known("paid")}
    results = [
        Result(2, "pay_9", "paid", None),
        Result(3, "pay_1", "perhaps", None),
        Result(4, "pay_2", "failed", None),
        Result(5, "pay_2", "paid", None),
        Result(6, "pay_1", "paid", date(2027, 1, 1)),
    ]

    assert faults_of(results, known, TODAY) == [
        (2, "unknown"),
        (3, "state"),
        (4, "contradiction"),
        (5, "twice"),
        (6, "twice"),
    ]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("payment,result", "pay_1,paid", ("pay_1", "paid", None, "")),
        ("payment,result", "pay_1,PAID", ("pay_1", "paid", None, "")),
        ("payment,result", " pay_1 , Failed ", ("pay_1", "failed", None, "")),
        ("Payment,Result", "pay_1,paid", ("pay_1", "paid", None, "")),
        ("PAYMENT;RESULT", "pay_1;paid", ("pay_1", "paid", None, "")),
        ("payment\tresult", "pay_1\tpaid", ("pay_1", "paid", None, "")),
        ("payment,result,paid_on", "pay_1,paid,2026-11-20", ("pay_1", "paid", date(2026, 11, 20), "")),
        ("payment,result,paid_on", "pay_1,paid,", ("pay_1", "paid", None, "")),
        ("payment,result,paid_on", "pay_1,paid, 2026-11-20 ", ("pay_1", "paid", date(2026, 11, 20), "")),
        ("payment,result,reason", "pay_1,failed,No such account", ("pay_1", "failed", None, "No such account")),
        ("payment,result,reason", 'pay_1,failed,"Closed, they say"', ("pay_1", "failed", None, "Closed, they say")),
        ("payment,result,reason", 'pay_1,failed,"two\nlines"', ("pay_1", "failed", None, "two lines")),
        ("payment,result,reason", "pay_1,failed,  wide   blanks ", ("pay_1", "failed", None, "wide blanks")),
        ("payment,result,reason,paid_on", "pay_1,failed,x,2026-01-05", ("pay_1", "failed", date(2026, 1, 5), "x")),
        ("payment,result,paid_on,reason", "pay_1,paid", ("pay_1", "paid", None, "")),
        ("payment,result", "pay_1,paid,more than named", ("pay_1", "paid", None, "")),
        ("payment,result", ",", ("", "", None, "")),
        ("payment,result", "pay_1", ("pay_1", "", None, "")),
    ],
)
def test_row_is_read_by_the_names_of_its_columns(
    header: str, cells: str, expected: tuple[str, str, date | None, str]
) -> None:
    for content in (f"{header}\n{cells}\n", f"{header}\r\n{cells}\r\n", f"\ufeff{header}\n{cells}"):
        assert read_results(content.encode()) == [Result(2, *expected)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The first row must name the columns: payment, result, paid_on, reason."),
        (b"\n", "The first row must name the columns: payment, result, paid_on, reason."),
        (b"payment\npay_1\n", "The first row must name the columns: payment, result, paid_on, reason."),
        (b"result,payment\n", "The first row must name the columns: payment, result, paid_on, reason."),
        (b"payment,result,iban\nx,y,z\n", "The first row must name the columns: payment, result, paid_on, reason."),
        (b"payment,result,reason,reason\n", "The first row must name the columns: payment, result, paid_on, reason."),
        (b"payment,result\n", "Give from 1 to 10,000 rows."),
        (b"payment,result\n" + b"x,paid\n" * (MOST_ROWS + 1), "Give from 1 to 10,000 rows."),
        (b"payment,result,paid_on\nx,paid,21.11.2026\n", "Row 2: give the day as 2026-11-21."),
        (b"payment,result,paid_on\nx,paid,2026-02-30\n", "Row 2: give the day as 2026-11-21."),
        (b"payment,result,paid_on\ny,paid,\nx,paid,soon\n", "Row 3: give the day as 2026-11-21."),
        ("payment,result\nMüller,paid\n".encode("latin-1"), "This is no CSV file in UTF-8."),
        (b'payment,result\n"x,paid\n', "This is no CSV file in UTF-8."),
        (b"PK\x03\x04\xff\xfe", "This is no CSV file in UTF-8."),
        (b"x" * (MOST_BYTES + 1), "The file is too large: at most 1 MB, please."),
    ],
)
def test_file_that_cannot_be_read_says_what_is_wrong(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_results(content)

    assert refused.value.errors == {"file": [sentence]}


def test_file_may_hold_as_many_rows_as_a_run_has_payments() -> None:
    content = b"payment,result\n" + b"".join(b"pay_%d,paid\n" % number for number in range(MOST_ROWS))
    found = read_results(content)

    assert len(found) == MOST_ROWS
    assert (found[0].row, found[-1].row) == (2, MOST_ROWS + 1)
