"""The pages of rates, their file, and the operations of the API."""

import csv
import io
from typing import Any

import pytest

from prm.clocks.database import database_now
from prm.rates.models import Rate
from tests.deals.portal.reading import main
from tests.deals.test_api import Caller
from tests.factories import Cast
from tests.ledger.test_pages import browser
from tests.rates.knowing import know

TYPED = {"currency": "USD", "quotation": "indirect", "value": "1.25", "on": "2026-01-05", "source": "ECB"}


def test_rate_is_typed_in_shown_and_taken_away(cast: Cast) -> None:
    client = browser(cast.finance)
    empty = main(client.get("/rates/"))
    made = client.post("/rates/new/", TYPED)
    again = client.post("/rates/new/", TYPED)
    client.post("/rates/new/", {**TYPED, "value": "1.3"})
    page = main(client.get("/rates/"))
    header, *rows = csv.reader(io.StringIO(b"".join(client.get("/rates/export/")).decode("utf-8-sig")))  # type: ignore[arg-type]

    assert "No rates yet" in empty
    assert (made.status_code, made["Location"], again.status_code) == (302, "/rates/", 409)
    assert "This rate is recorded already." in again.text
    assert "1 EUR = 1.3 USD" in page
    assert page.index("1 EUR = 1.3 USD") < page.index("1 EUR = 1.25 USD")
    assert (page.count("Counts"), page.count("Corrected")) == (1, 1)
    assert header == ["Base", "Quote", "Value", "Date", "Source", "Recorded at", "Recorded by", "Corrected"]
    assert [(row[0], row[1], row[2], row[3], row[7]) for row in rows] == [
        ("EUR", "USD", "1.3", "2026-01-05", "False"),
        ("EUR", "USD", "1.25", "2026-01-05", "True"),
    ]


def test_second_click_records_nothing(cast: Cast) -> None:
    client = browser(cast.admin)
    body = {**TYPED, "form_nonce": "n" * 20}

    assert [client.post("/rates/new/", body)["Location"] for _ in range(2)] == ["/rates/"] * 2
    assert Rate.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"value": "1,25"}, ["value"]),
        ({"value": "nothing"}, ["value"]),
        ({"value": ""}, ["value"]),
        ({"currency": "EUR"}, ["currency"]),
        ({"currency": ""}, ["currency"]),
        ({"currency": "DEM", "quotation": "x"}, ["currency", "quotation"]),
        ({"on": "1999-12-31"}, ["on"]),
        ({"on": "2098-12-31"}, ["on"]),
        ({"on": ""}, ["on"]),
        ({"source": "two\nlines"}, ["source"]),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_field(cast: Cast, changes: dict[str, str], fields: list[str]) -> None:
    answer = browser(cast.finance).post("/rates/new/", {**TYPED, **changes})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, fields)
    assert not Rate.objects.exists()


def test_number_is_read_as_the_person_writes_it(cast: Cast) -> None:
    cast.finance.locale = "de"
    cast.finance.save(update_fields=["locale"])
    browser(cast.finance).post("/rates/new/", {**TYPED, "value": "1,25"})

    assert str(Rate.objects.get()) == "1 EUR = 1.25 USD, 2026-01-05"


def test_list_is_narrowed(cast: Cast) -> None:
    know(cast, value="0.9", on="2026-01-05")
    know(cast, value="0.91", on="2026-01-05")
    know(cast, value="0.92", on="2026-02-05")
    know(cast, value="1.07", on="2026-02-05", base="CHF")
    client = browser(cast.finance)
    queries = {
        "currency=USD": 3,
        "since=2026-02-01": 2,
        "until=2026-02-01": 2,
        "counting=on": 3,
        "currency=USD&counting=on&until=2026-01-31": 1,
        "currency=XXX": 4,
        "since=2027-01-01": 0,
    }
    found = {query: len(client.get(f"/rates/?{query}").context["page"].rows) for query in queries}

    assert found == queries
    assert "No rate is like that" in client.get("/rates/?since=2027-01-01").text


def test_programs_record_read_and_correct(cast: Cast) -> None:
    finance = Caller(cast.finance)
    one = {"base": "USD", "value": "0.9", "on": "2026-01-05", "source": "ECB"}
    made = finance.post("rates", one)
    same = finance.post("rates", one)
    bulk = {"rates": [{**one, "value": "0.91"}, {"base": "EUR", "quote": "JPY", "value": "160", "on": "2026-01-05"}]}
    taken, again = finance.post("rates/bulk", bulk), finance.post("rates/bulk", bulk)
    listed = finance.get("rates?currency=USD&from=2026-01-01&until=2026-01-31").json()["results"]

    assert (made.status_code, made["Location"]) == (201, f"/api/v1/rates/{made.json()['id']}")
    assert {name: value for name, value in made.json().items() if name not in {"id", "recorded_at"}} == {
        "base": "USD",
        "quote": "EUR",
        "value": "0.9000000000",
        "on": "2026-01-05",
        "source": "ECB",
        "corrected": False,
    }
    assert (same.status_code, same.json()["state"]) == (409, "recorded")
    assert [
        (answer.json()["new"], answer.json()["corrected"], answer.json()["unchanged"]) for answer in (taken, again)
    ] == [
        (1, 1, 0),
        (0, 0, 2),
    ]
    assert taken.json()["ids"] == again.json()["ids"]
    assert [(row["value"], row["corrected"]) for row in listed] == [("0.9100000000", False), ("0.9000000000", True)]
    assert finance.get(f"rates/{made.json()['id']}").json()["corrected"] is True


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"base": "EUR"}, {"base"}),
        ({"base": "XXX"}, {"base"}),
        ({"value": "0"}, {"value"}),
        ({"value": "0.00000000001"}, {"value"}),
        ({"value": "NaN"}, {"value"}),
        ({"on": "2098-01-01"}, {"on"}),
        ({"on": "05.01.2026"}, {"on"}),
        ({"more": 1}, {"more"}),
    ],
)
def test_programs_are_told_what_is_wrong(cast: Cast, changes: dict[str, Any], errors: set[str]) -> None:
    finance = Caller(cast.finance)
    one = {"base": "USD", "value": "0.9", "on": "2026-01-05", **changes}
    many = finance.post("rates/bulk", {"rates": [one]})

    answer = finance.post("rates", one)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, errors)
    assert (many.status_code, Rate.objects.count()) == (400, 0)
    assert database_now().year < 2098
