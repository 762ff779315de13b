"""Who is paid how much, and what a bank's answer may change: plain values."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.errors import InvalidInput
from prm.payments import rules
from prm.payments.files import read_results
from prm.payments.rules import Known, Open, Planned, Result

TODAY = date(2026, 11, 21)
amounts = st.decimals(Decimal(-1000), Decimal(1000), places=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("de89370400440532013000", "DE89370400440532013000"),
        ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"),
        ("DE89370400440532013001", None),
        ("DE8937040044053201300", None),
        ("XX89370400440532013000", None),
        ("", None),
        ("IBAN", None),
    ],
)
def test_iban_is_read_with_its_check_digits(text: str, expected: str | None) -> None:
    assert rules.read_iban(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("cobadeffxxx", "COBADEFFXXX"), ("COBADEFF", "COBADEFF"), ("COBA", None), ("12345678", None)]
)
def test_bic_is_read(text: str, expected: str | None) -> None:
    assert rules.read_bic(text) == expected


def opened(*rows: tuple[int, int, str, int | None]) -> list[Open]:
    return [Open(entry, organisation, Decimal(amount), payee) for entry, organisation, amount, payee in rows]


def test_everything_of_an_organisation_is_one_payment() -> None:
    rows = opened((1, 7, "100.00", 70), (2, 8, "50.00", 80), (3, 7, "-30.00", 70))
    found = rules.plan(rows, Decimal(10))

    assert found.payments == [Planned(7, 70, Decimal("70.00"), (1, 3)), Planned(8, 80, Decimal("50.00"), (2,))]
    assert found.total == Decimal("120.00")


@pytest.mark.parametrize(
    ("rows", "without", "little"),
    [
        (opened((1, 7, "100.00", None)), {7: Decimal("100.00")}, {}),
        (opened((1, 7, "9.99", 70)), {}, {7: Decimal("9.99")}),
        (opened((1, 7, "20.00", 70), (2, 7, "-20.00", 70)), {}, {7: Decimal("0.00")}),
        (opened((1, 7, "20.00", 70), (2, 7, "-50.00", 70)), {}, {7: Decimal("-30.00")}),
        ([], {}, {}),
    ],
)
def test_what_cannot_be_paid_is_left_out(
    rows: list[Open], without: dict[int, Decimal], little: dict[int, Decimal]
) -> None:
    found = rules.plan(rows, Decimal(10))

    assert (found.payments, found.without_payee, found.too_little) == ([], without, little)
    assert found.total == 0


@given(st.lists(st.tuples(st.integers(1, 5), amounts), max_size=40))
def test_plan_loses_nothing_and_pays_nobody_less_than_nothing(rows: list[tuple[int, Decimal]]) -> None:
    given_ = [Open(number, who, amount, who if who < 4 else None) for number, (who, amount) in enumerate(rows)]
    found = rules.plan(given_, Decimal(1))

    left_out = sum(found.without_payee.values(), Decimal(0)) + sum(found.too_little.values(), Decimal(0))
    assert found.total + left_out == sum((amount for _who, amount in rows), Decimal(0))
    assert all(payment.amount >= 1 for payment in found.payments)
    paid = [entry for payment in found.payments for entry in payment.entries]
    assert len(paid) == len(set(paid))


@pytest.mark.parametrize(
    ("total", "limit", "expected"), [("10000.00", "10000", False), ("10000.01", "10000", True), ("0.01", "0", True)]
)
def test_limit_itself_needs_no_second_person(total: str, limit: str, expected: bool) -> None:
    assert rules.needs_second(Decimal(total), Decimal(limit)) is expected
    assert rules.needs_second(None, Decimal(limit)) is True


KNOWN = {"pay_1": Known("waiting"), "pay_2": Known("paid"), "pay_3": Known("failed")}


@pytest.mark.parametrize(
    ("payment", "state", "on", "code"),
    [
        ("pay_1", "paid", TODAY, ""),
        ("pay_1", "paid", None, ""),
        ("pay_1", "failed", None, ""),
        ("pay_2", "paid", TODAY, ""),
        ("pay_3", "failed", None, ""),
        ("pay_2", "failed", None, "contradiction"),
        ("pay_3", "paid", None, "contradiction"),
        ("pay_4", "paid", None, "unknown"),
        ("pay_1", "maybe", None, "state"),
        ("pay_1", "dropped", None, "state"),
        ("pay_1", "paid", date(2026, 11, 22), "day"),
    ],
)
def test_answer_of_the_bank_fits_or_is_named(payment: str, state: str, on: date | None, code: str) -> None:
    found = rules.faults_of([Result(2, payment, state, on)], KNOWN, TODAY)

    assert found == ([(2, code)] if code else [])


def test_payment_stands_in_an_answer_once() -> None:
    results = [Result(2, "pay_1", "paid", None), Result(3, "pay_1", "paid", None)]

    assert rules.faults_of(results, KNOWN, TODAY) == [(3, "twice")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"payment,result\npay_1,paid\n", [Result(2, "pay_1", "paid", None)]),
        (
            "\ufeffPayment;Result;Paid_on;Reason\npay_1; FAILED ;2026-11-20;Konto erloschen\n".encode(),
            [Result(2, "pay_1", "failed", date(2026, 11, 20), "Konto erloschen")],
        ),
        (b"payment,result,paid_on\npay_1,paid\n", [Result(2, "pay_1", "paid", None)]),
    ],
)
def test_answer_is_read_as_spreadsheets_save_it(content: bytes, expected: list[Result]) -> None:
    assert read_results(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"payment,result\n",
        b"result,payment\npaid,pay_1\n",
        b"payment,result,surprise\npay_1,paid,x\n",
        b"payment,result,result\npay_1,paid,paid\n",
        b"payment,result,paid_on\npay_1,paid,yesterday\n",
        b"payment,result\npay_1,\xff\n",
        b'payment,result\n"pay_1,paid\n',
        b"x" * 1_000_001,
    ],
)
def test_answer_that_cannot_be_read_is_refused_at_its_field(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_results(content)

    assert list(refused.value.errors) == ["file"]
