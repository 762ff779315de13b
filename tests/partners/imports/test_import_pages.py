"""The portal's way through an import."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from partners.imports.bounds import TAKES
from partners.imports.models import AccountImport
from partners.imports.states import State
from partners.models import Account
from prm.jobs.actions import work
from tests.factories import Cast, make_account

pytestmark = pytest.mark.django_db
PAGE = "/accounts/imports/"
CONTENT = "Account ID,Company,Land,Note\nx1,Acme Werke,DE,hello\nx2,,DE,\n"
NONCE = "n" * 20
CHOSEN = {"column_0": "external_id", "column_1": "name", "column_2": "country", "column_3": ""}


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


def file(content: str = CONTENT, name: str = "crm export.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode(), content_type="text/csv")


def send(client: Client, content: str = CONTENT, nonce: str = NONCE) -> AccountImport:
    answer = client.post(PAGE, {"file": file(content), "form_nonce": nonce})
    assert answer.status_code == 302, answer.content
    return AccountImport.objects.get(public_id=answer["Location"].split("/")[-2])


def finish_work() -> None:
    while work():
        continue


def test_way_from_the_file_to_its_undoing(admin: Client) -> None:
    given = send(admin)
    url = given.get_absolute_url()
    page = admin.get(url)
    assert [field.initial for field in page.context["form"].fields.values()] == list(CHOSEN.values())
    assert "Acme Werke" in page.content.decode()

    assert admin.post(url, CHOSEN)["Location"] == url
    assert "Being checked" in admin.get(url).content.decode()
    finish_work()
    page = admin.get(url)
    assert "Import 1 customer" in page.content.decode()
    assert [(finding.row, str(label)) for finding, label in page.context["findings"]] == [(3, "Name")]

    assert admin.post(f"{url}run/")["Location"] == url
    finish_work()
    assert "Undo this import" in admin.get(url).content.decode()
    assert list(Account.objects.values_list("external_id", "name", "country")) == [("x1", "Acme Werke", "DE")]

    assert admin.post(f"{url}undo/")["Location"] == url
    finish_work()
    assert "The import is undone." in admin.get(url).content.decode()
    assert not Account.objects.exists()


def test_import_stands_in_the_list(admin: Client) -> None:
    send(admin)

    page = admin.get(PAGE).content.decode()

    assert "crm export.csv" in page
    assert "Columns to choose" in page


def test_accounts_lead_to_the_import_for_who_may(admin: Client, cast: Cast) -> None:
    assert PAGE in admin.get("/accounts/").content.decode()
    pam = Client()
    pam.force_login(cast.pam)
    assert PAGE not in pam.get("/accounts/").content.decode()


def test_form_sent_twice_uploads_once(admin: Client) -> None:
    first, second = send(admin), send(admin)

    assert first == second
    assert AccountImport.objects.count() == 1


def test_control_form_without_its_number_uploads_twice(admin: Client) -> None:
    send(admin, nonce="")
    send(admin, nonce="")

    assert AccountImport.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "The submitted file is empty."), ("id,name\n", "There is no row below"), ("a\0b", "This is no CSV file")],
)
def test_file_that_is_no_table_is_said_at_the_field(admin: Client, content: str, sentence: str) -> None:
    answer = admin.post(PAGE, {"file": file(content), "form_nonce": NONCE})

    assert answer.status_code == 400
    assert sentence in str(answer.context["form"].errors["file"])
    # The same form may be sent again with a better file.
    assert send(admin)


def test_missing_file_is_said(admin: Client) -> None:
    answer = admin.post(PAGE, {"form_nonce": NONCE})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["file"])


def test_larger_file_than_a_form_may_be_is_taken(admin: Client) -> None:
    rows = "".join(f"y{n},Firma {n} {'x' * 60},DE,\n" for n in range(20_000))

    assert send(admin, "Account ID,Company,Land,Note\n" + rows).rows == 20_000


def test_larger_body_elsewhere_is_refused(admin: Client) -> None:
    answer = admin.post("/accounts/new/", {"name": "x" * 2_000_000})

    assert answer.status_code == 413


def test_file_beyond_the_limit_is_refused_before_it_is_read(admin: Client) -> None:
    answer = admin.post(PAGE, data=b"x" * 100, content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=TAKES + 1)

    assert answer.status_code == 413


def test_columns_that_do_not_fit_are_said_and_what_was_chosen_is_kept(admin: Client) -> None:
    given = send(admin)
    answer = admin.post(given.get_absolute_url(), CHOSEN | {"column_1": "", "column_3": "city"})

    assert answer.status_code == 400
    assert "Choose which column holds: name." in answer.content.decode()
    assert answer.context["form"]["column_3"].value() == "city"


def test_unknown_field_is_said_at_its_column(admin: Client) -> None:
    given = send(admin)
    answer = admin.post(given.get_absolute_url(), CHOSEN | {"column_2": "owner_id"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["column_2"])


def test_step_that_does_not_fit_says_so(admin: Client) -> None:
    given = send(admin)
    answer = admin.post(f"{given.get_absolute_url()}run/", follow=True)

    assert "This import is now: Columns to choose" in answer.content.decode()


def test_checking_a_second_time_meanwhile_is_409(admin: Client) -> None:
    given = send(admin)
    admin.post(given.get_absolute_url(), CHOSEN)

    assert admin.post(given.get_absolute_url(), CHOSEN).status_code == 409


def test_progress_is_a_fragment_that_asks_again(admin: Client) -> None:
    given = send(admin)
    url = given.get_absolute_url()
    admin.post(url, CHOSEN)

    fragment = admin.get(url, headers={"hx-request": "true"}).content.decode()
    assert 'hx-trigger="load delay:1s"' in fragment
    assert "<html" not in fragment

    finish_work()
    answer = admin.get(url, headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_findings_come_out_as_csv(admin: Client) -> None:
    given = send(admin)
    admin.post(given.get_absolute_url(), CHOSEN)
    finish_work()

    answer = admin.get(f"{given.get_absolute_url()}findings/")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text == "Row,Field,What is wrong\r\n3,name,This must not be empty.\r\n"


def test_stopped_import_says_what_to_do(admin: Client) -> None:
    given = send(admin)
    AccountImport.objects.update(state=State.FAILED)

    assert "This could not be completed." in admin.get(given.get_absolute_url()).content.decode()


def test_check_that_finds_nothing_to_do_offers_nothing(admin: Client) -> None:
    make_account("Acme Werke", external_id="x1", country="DE")
    given = send(admin)
    admin.post(given.get_absolute_url(), CHOSEN)
    finish_work()

    page = admin.get(given.get_absolute_url()).content.decode()

    assert "There is nothing to import" in page
    assert f"{given.get_absolute_url()}run/" not in page


@pytest.mark.parametrize("who", ["pam", "seller", "executive"])
def test_others_do_not_come_in(cast: Cast, admin: Client, who: str) -> None:
    given = send(admin)
    client = Client()
    client.force_login(getattr(cast, who))

    assert [client.get(url).status_code for url in (PAGE, given.get_absolute_url())] == [403, 403]
