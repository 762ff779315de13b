"""What the forms and files of leads take, and what they say about the rest."""

from io import BytesIO
from typing import Any

import pytest
from django.http import QueryDict

from deals.leads import sheet
from deals.leads.forms import DeclineForm, FileForm, LeadFilter, LeadForm, LostForm, OfferFilter, ReportForm
from deals.leads.models import Lead
from deals.sheets import MOST_NAMED
from prm.errors import InvalidInput
from tests.factories import Cast, lead_values, make_lead

LINE = "Acme;DE;Ann;Routes"


def filled(**changes: Any) -> dict[str, Any]:
    return {**lead_values(), "value": "", "currency": "EUR", "products": [], **changes}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"customer_name": ""}, "customer_name", "required"),
        ({"customer_name": "x" * 201}, "customer_name", "at most 200"),
        ({"customer_name": "two\x07bells"}, "customer_name", "Only plain text"),
        ({"customer_website": "ftp://x.example"}, "customer_website", "host name"),
        ({"customer_country": "ZZ"}, "customer_country", "ZZ is not"),
        ({"contact_email": "ina at brink"}, "contact_email", "valid email"),
        ({"contact_phone": "1" * 41}, "contact_phone", "at most 40"),
        ({"need": ""}, "need", "required"),
        ({"need": "x" * 4001}, "need", "at most 4000"),
        ({"products": ["nothing"]}, "products", "nothing is not"),
        ({"value": "much"}, "value", ""),
        ({"value": "-5"}, "value", ""),
        ({"segment": "huge"}, "segment", "huge is not"),
        ({"model": "shop"}, "model", "shop is not"),
        ({"competency": "two words"}, "competency", "letters, digits and hyphens"),
        ({"competency": "-docks"}, "competency", "letters, digits and hyphens"),
        ({"source": ""}, "source", "required"),
        ({"source": "dream"}, "source", "dream is not"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(cast: Cast, changes: dict[str, Any], field: str, said: str) -> None:
    form = LeadForm(filled(**changes))

    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert said in " ".join(form.errors[field])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"value": None, "currency": ""}),
        ({"value": "1,200.50"}, {"value": 1200.5, "currency": "EUR"}),
        ({"value": "7", "currency": "CHF"}, {"value": 7, "currency": "CHF"}),
        ({"value": "7", "currency": ""}, {"value": 7, "currency": "EUR"}),
        ({"competency": "Cold-Chain"}, {"competency": "cold-chain"}),
        ({"customer_website": "https://acme.example/de"}, {"customer_website": "https://acme.example/de"}),
        ({"need": "One.\r\nTwo."}, {"need": "One.\nTwo."}),
        ({"model": "", "segment": ""}, {"model": "", "segment": ""}),
    ],
)
def test_what_is_taken_becomes_values_of_a_lead(cast: Cast, changes: dict[str, Any], expected: dict[str, Any]) -> None:
    form = LeadForm(filled(**changes))

    assert form.is_valid(), form.errors
    assert {name: form.values()[name] for name in expected} == expected
    assert set(form.values()) <= {field.name for field in Lead._meta.get_fields()}


def test_lead_stands_in_its_form_as_it_is(cast: Cast) -> None:
    lead = make_lead(cast.pam, value=1200, currency="USD", competency="docks", model="var")
    lead.products.set([cast.products["telematics"]])
    form = LeadForm(lead=lead)

    shown = {name: form[name].value() for name in ("customer_name", "currency", "competency", "model", "products")}
    assert shown == {
        "customer_name": lead.customer_name,
        "currency": "USD",
        "competency": "docks",
        "model": "var",
        "products": ["telematics"],
    }


def test_retired_products_are_not_offered(cast: Cast) -> None:
    product = cast.products["telematics"]
    product.retired_on = "2026-01-01"
    product.save()

    assert "products" in LeadForm(filled(products=["telematics"])).errors


@pytest.mark.parametrize(
    ("form", "given", "wrong"),
    [
        (DeclineForm, {}, ["reason"]),
        (DeclineForm, {"reason": "bored"}, ["reason"]),
        (DeclineForm, {"reason": "conflict"}, []),
        (DeclineForm, {"reason": "other", "text": "x" * 1001}, ["text"]),
        (ReportForm, {"text": "Met."}, ["stage"]),
        (ReportForm, {"stage": "signed"}, ["stage"]),
        (ReportForm, {"stage": "proposal"}, []),
        (LostForm, {}, ["reason"]),
        (LostForm, {"reason": "price", "text": "x" * 301}, ["text"]),
        (LostForm, {"reason": "unreachable"}, []),
        (FileForm, {}, ["file"]),
    ],
)
def test_small_forms(form: Any, given: dict[str, str], wrong: list[str]) -> None:
    assert list(form(given).errors) == wrong


@pytest.mark.parametrize("form", [LeadFilter, OfferFilter])
@pytest.mark.parametrize("query", ["state=nowhere", "mine=perhaps", "q=%00", "other=1"])
def test_nonsense_in_the_address_narrows_nothing(cast: Cast, form: Any, query: str) -> None:
    assert dict(form(QueryDict(query), reader=cast.pam).wanted) == {}


@pytest.mark.parametrize("title", ["customer_name", "Customer name", "customer-name", "NAME", "name"])
def test_columns_are_known_by_more_than_one_title(cast: Cast, title: str) -> None:
    ((values, products),) = sheet.read(f"{title},country,contact,need\nAcme,DE,Ann,Routes\n".encode())

    assert (values["customer_name"], values["contact_name"], values["source"], products) == (
        *("Acme", "Ann", "campaign"),
        [],
    )


@pytest.mark.parametrize(
    "content",
    [
        f"name;country;contact;need\n{LINE}\n".encode(),
        f"name;country;contact;need\r\n{LINE}\r\n".encode(),
        f"\ufeffname;country;contact;need\n{LINE}\n".encode(),
        f"name;country;contact;need\n{LINE}\n".encode("utf-16"),
        f"name;country;contact;need\n{LINE}\n\n\n".encode(),
        f"name\tcountry\tcontact\tneed\n{LINE}\n".replace(";", "\t").encode(),
        b"need;name;contact;country\nRoutes;Acme;Ann;de\n",
    ],
)
def test_files_of_every_spreadsheet_are_read(cast: Cast, content: bytes) -> None:
    ((values, _products),) = sheet.read(content)

    found = [values[name] for name in ("customer_name", "customer_country", "contact_name", "need")]
    assert found == ["Acme", "DE", "Ann", "Routes"]


def test_many_bad_rows_are_named_up_to_a_number(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        sheet.read(b"name,country,contact,need\n" + b"Acme,DE,Ann,\n" * 30)

    assert len(refused.value.errors["file"]) == MOST_NAMED
    assert refused.value.errors["file"][0].startswith("Row 2: need: ")


def test_every_column_of_a_file_is_one_of_a_lead() -> None:
    names = {field.name for field in Lead._meta.get_fields()}

    assert set(sheet.COLUMNS) <= names
    assert set(sheet.ALSO.values()) <= set(sheet.COLUMNS)


def test_binary_is_no_file_of_leads(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="correct"):
        sheet.read(BytesIO(b"\x00\xff" * 50).getvalue())
