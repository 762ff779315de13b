"""What the fields take, and above all what they do not."""

from typing import Any

import pytest
from django.test import Client

from prm.accounts.models import Organisation
from prm.currencies import CURRENCIES, Money, minor_digits
from tests.api.conftest import API

pytestmark = pytest.mark.django_db


def echo(client: Client, body: str) -> Any:
    return client.post(f"{API}/echo", body, content_type="application/json")


@pytest.mark.parametrize(
    ("amount", "currency", "taken"),
    [
        ('"86400.00"', "EUR", "86400.00"),
        ('"86400"', "EUR", "86400.00"),
        ('"0.01"', "USD", "0.01"),
        ("86400", "EUR", "86400.00"),
        ("86400.0", "EUR", "86400.00"),
        ("86400.5", "EUR", "86400.50"),
        ("1e5", "EUR", "100000.00"),
        ("99999999999.99", "EUR", "99999999999.99"),
        ('"100000000000"', "EUR", "100000000000.00"),
        ('"5000"', "JPY", "5000.00"),
        ("5000.0", "JPY", "5000.00"),
        ('"1.25"', "BHD", "1.25"),
    ],
)
def test_amount_is_taken(as_admin: Client, amount: str, currency: str, taken: str) -> None:
    answer = echo(as_admin, f'{{"value": {{"amount": {amount}, "currency": "{currency}"}}}}')
    assert answer.json() == {"value": f"Money(amount=Decimal('{taken}'), currency='{currency}')"}


@pytest.mark.parametrize(
    "amount",
    [
        '"-5"', "-5", "0", '"0.00"', '"1e5"', '"1e100000"', '"NaN"', '"Infinity"', '"1_000"', '"１２"',
        '"0.001"', '"1.999"', "0.30000000000000004", '"100000000000.01"', "1e17",
        '"999999999999999"', '""', '" 5"', '"5 "',
        '"+5"', '".5"', '"5."', '"1,000"', '"0x10"', "true", "null", "[]", "{}", '"' + "9" * 5000 + '"', '"5\\n"',
    ],
)  # fmt: skip
def test_amount_is_refused(as_admin: Client, amount: str) -> None:
    answer = echo(as_admin, f'{{"value": {{"amount": {amount}, "currency": "EUR"}}}}')
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["value.amount"]


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "1.5"), ("JPY", "100.00"), ("BHD", "1.125"), ("KRW", "0.5")])
def test_amount_has_no_more_decimals_than_its_currency(as_admin: Client, currency: str, amount: str) -> None:
    answer = echo(as_admin, f'{{"value": {{"amount": "{amount}", "currency": "{currency}"}}}}')
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "currency", ['"usd"', '"XXX"', '"US$"', '"ÉUR"', '"DEM"', '"HRK"', '"XAU"', '"EUR "', '""', "978", "null", "[]"]
)
def test_currency_is_refused(as_admin: Client, currency: str) -> None:
    answer = echo(as_admin, f'{{"value": {{"amount": "5", "currency": {currency}}}}}')
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["value.currency"]


@pytest.mark.parametrize(
    "money", ["5", '"5 EUR"', "[]", "{}", '{"amount": "5"}', '{"amount": "5", "currency": "EUR", "x": 1}']
)
def test_money_is_an_object_of_two(as_admin: Client, money: str) -> None:
    answer = echo(as_admin, f'{{"value": {money}}}')
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["value"])


def test_zero_is_taken_where_it_may_be(as_admin: Client) -> None:
    assert echo(as_admin, '{"rebate": {"amount": 0, "currency": "EUR"}}').status_code == 201


def test_money_is_shown_as_its_currency_is_written() -> None:
    from decimal import Decimal

    shown = [Money(Decimal("5"), code).plain for code in ("EUR", "JPY", "BHD")]
    assert shown == ["5.00", "5", "5.00"]
    assert [minor_digits(code) for code in ("EUR", "JPY", "BHD")] == [2, 0, 2]


def test_currencies_are_those_of_today() -> None:
    assert {"EUR", "USD", "GBP", "JPY", "BHD", "CHF", "INR", "BRL"} <= CURRENCIES
    assert CURRENCIES.isdisjoint({"XXX", "XTS", "XAU", "DEM", "FRF", "HRK", "USN", "CHE"})


REFUSED = {
    "count": ['"5"', '"1_000"', '"１２"', "true", "1.0", "1.5", "-1", "1001", "null", "[]", "{}"],
    "yes": ['"true"', "1", "0", '"yes"', '"on"', "null", "[]", "{}"],
    "day": ['"2026-02-30"', '"0001-01-01"', '"9999-12-31"', '"1999-12-31"', '"20260101"', '"2026-W01-1"',
            '"２０２６-01-01"', '"2026-01-01T00:00:00Z"', '"2026-1-1"', "20260101", "null", "[]", '""',
            '"2026-01-01\\n"'],
    "kind": ['"other"', '""', "1", "true", "null", "[]", "{}", '["partner"]', '"PARTNER"'],
    "note": ['"' + "x" * 51 + '"', '""', '"   "', "5", "true", "null", "[]", "{}"],
    "partner": ['"org_zzzzzzzzzzzzzzzzzz"', '"nonsense"', '""', "5", "null", "[]", "{}", '"org_%00"',
                '"' + "x" * 900 + '"'],
    "contacts": ['"x"', "5", "{}", '["x"]', "[[]]", "[null]"],
    "unknown": ["1"],
    "created_by": ["1"],
    "id": ['"org_1"'],
}  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in REFUSED.items() for value in values])
def test_value_is_refused_at_its_field(as_admin: Client, field: str, value: str) -> None:
    answer = echo(as_admin, f'{{"{field}": {value}}}')
    assert answer.status_code == 400
    assert {path.split(".")[0] for path in answer.json()["errors"]} == {field}


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        ('{"count": 1000}', {"count": "1000"}),
        ('{"yes": false}', {"yes": "False"}),
        ('{"day": "2026-02-28"}', {"day": "datetime.date(2026, 2, 28)"}),
        ('{"kind": "partner"}', {"kind": "'partner'"}),
        ('{"note": "  two\\nlines "}', {"note": r"'two\nlines'"}),
        ('{"contacts": [{"name": "A"}]}', {"contacts": "[{'name': 'A'}]"}),
        ("{}", {}),
        ("", {}),
    ],
)
def test_value_is_taken(as_admin: Client, body: str, taken: dict[str, str]) -> None:
    assert echo(as_admin, body).json() == taken


def test_one_line_is_one_line(as_admin: Client) -> None:
    answer = echo(as_admin, '{"contacts": [{"name": "A\\nB"}, {"name": "ok"}, {"nam": "C"}]}')
    paths = sorted(answer.json()["errors"])
    assert paths == ["contacts.0.name", "contacts.2.nam"]


def test_somebody_elses_id_reads_like_one_that_never_was(
    as_admin: Client, helix: Organisation, orbit: Organisation
) -> None:
    own = echo(as_admin, f'{{"partner": "{helix.public_id}"}}')
    foreign = echo(as_admin, f'{{"partner": "{orbit.public_id}"}}')
    missing = echo(as_admin, f'{{"partner": "{orbit.public_id[:-3]}zzz"}}')
    impossible = echo(as_admin, '{"partner": "x"}')
    assert own.status_code == 201
    assert foreign.status_code == 400
    assert foreign.content == missing.content == impossible.content


def test_every_field_of_the_model_is_refused_or_ignored(as_admin: Client, helix: Organisation) -> None:
    before = Organisation.objects.filter(pk=helix.pk).values().get()
    for name in before:
        answer = as_admin.patch(f"{API}/things/{helix.public_id}", {name: "x" * 3}, content_type="application/json")
        assert answer.status_code == (200 if name == "name" else 400)
    after = Organisation.objects.filter(pk=helix.pk).values().get()
    assert {**after, "name": "Helix"} == before
