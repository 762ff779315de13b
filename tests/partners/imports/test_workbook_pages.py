"""A workbook on its way through the portal."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from partners.imports import workbooks
from partners.imports.models import AccountImport
from partners.models import Account
from prm.jobs.actions import work
from tests.factories import Cast, make_account
from tests.partners.imports.books import book, packed, parts

pytestmark = pytest.mark.django_db
PAGE = "/accounts/imports/"
NONCE = "n" * 20
ROWS = [["external_id", "name", "named_account", "customer_since"], [10045, "Acme Werke", True, (43952, "dd.mm.yyyy")]]


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


def sent(client: Client, content: bytes, name: str = "crm.xlsx", sheet: str = "") -> HttpResponse:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content), "sheet": sheet, "form_nonce": NONCE})  # type: ignore[return-value]


def test_workbook_becomes_customers(admin: Client) -> None:
    url = sent(admin, book({"Accounts": ROWS}))["Location"]
    assert admin.post(url, {f"column_{place}": name for place, name in enumerate(ROWS[0])}).status_code == 302
    while work():
        continue
    admin.post(f"{url}run/")
    while work():
        continue

    found = Account.objects.values_list("external_id", "name", "named_account", "customer_since")
    assert [(*row[:3], str(row[3])) for row in found] == [("10045", "Acme Werke", True, "2020-05-01")]


def test_what_it_is_called_does_not_matter(admin: Client) -> None:
    """Whoever renames a workbook means well; its first bytes say what it is."""
    assert sent(admin, book({"Accounts": ROWS}), name="crm.csv").status_code == 302
    assert AccountImport.objects.get().rows == 1


def test_sheet_is_chosen_by_its_name_and_remembered(admin: Client) -> None:
    assert sent(admin, book({"Cover": [["x"], ["y"]], "Accounts": ROWS}), sheet="accounts").status_code == 302

    assert AccountImport.objects.get().header == ROWS[0]
    assert AccountImport.objects.get().file_name == "crm.xlsx · accounts"


def test_sheet_that_is_not_there_is_said_at_its_field(admin: Client) -> None:
    answer = sent(admin, book({"Cover": [["x"], ["y"]], "Accounts": ROWS}), sheet="Kunden")

    assert answer.status_code == 400
    assert answer.context["form"].errors == {
        "sheet": ["There is no such sheet in the workbook. It has: Cover, Accounts."]
    }
    assert AccountImport.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [
        workbooks.COMPOUND + b"\0" * 90 + workbooks.ENCRYPTED,
        b"PK\x03\x04 and nothing else",
        packed({**parts(), "xl/worksheets/sheet1.xml": "<!DOCTYPE a><worksheet/>"}),
    ],
)
def test_file_that_cannot_be_read_is_said_at_its_field(admin: Client, content: bytes) -> None:
    answer = sent(admin, content)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["file"]
    assert AccountImport.objects.count() == 0


def test_same_click_twice_is_one_import(admin: Client) -> None:
    answers = [sent(admin, book({"Accounts": ROWS})) for _click in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert AccountImport.objects.count() == 1


def test_exported_customers_can_be_imported_again(admin: Client) -> None:
    """What leaves as a workbook comes back as one, and changes nothing."""
    make_account("Acme Werke", external_id="00017", website="acme.example")
    exported = b"".join(admin.get("/accounts/export/?file=xlsx"))  # type: ignore[arg-type]
    url = sent(admin, exported)["Location"]
    page = admin.get(url)
    columns = {name: field.initial for name, field in page.context["form"].fields.items()}
    admin.post(url, columns)
    while work():
        continue

    given = AccountImport.objects.get()
    assert (given.new, given.changed, given.unchanged, given.refused) == (0, 0, 1, 0)
