"""Lists in the portal and over REST."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from partners.lists import work
from partners.lists.models import CompanyList, ListRow
from partners.lists.states import State
from prm.accounts.models import User
from tests.factories import Cast, make_account, make_token

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
CONTENT = b"Company;Country;City\nQuarzwerk Ostsee GmbH;DE;Kiel\nGanz Anders;GB;Leeds\n=cmd|x;DE;\n"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def finish() -> None:
    while work.assess_next():
        continue


def sent(user: User, content: bytes = CONTENT) -> Any:
    file = SimpleUploadedFile("theirs.csv", content, "text/csv")
    return browser(user).post(reverse("account-lists"), {"file": file, "form_nonce": ""})


def compared(cast: Cast) -> CompanyList:
    sent(cast.pam)
    given = CompanyList.objects.get()
    browser(cast.pam).post(given.get_absolute_url(), COLUMNS)
    finish()
    return given


COLUMNS = {"column_0": "name", "column_1": "country", "column_2": "city"}


def test_page_takes_a_file_and_asks_what_its_columns_mean(cast: Cast) -> None:
    answer = sent(cast.pam)
    given = CompanyList.objects.get()
    html = browser(cast.pam).get(given.get_absolute_url()).content.decode()

    assert (answer.status_code, answer["Location"]) == (302, given.get_absolute_url())
    assert (given.rows, given.columns) == (3, ["name", "country", "city"])
    assert all(text in html for text in ("What the columns mean", "Quarzwerk Ostsee GmbH · Ganz Anders", "deleted on"))


def test_large_file_is_read_from_the_disk(cast: Cast) -> None:
    content = b"name\n" + b"A company with a rather long name that fills the file\n" * 60_000

    answer = sent(cast.pam, content)

    assert (answer.status_code, CompanyList.objects.get().rows) == (302, 60_000)


def test_page_says_what_is_wrong_with_a_file(cast: Cast) -> None:
    for content in (b"PK\x03\x04", b"name\nM\xfcller\n", b"name\n"):
        answer = sent(cast.pam, content)
        assert answer.status_code == 400
        assert answer.context["form"].errors["file"]
    assert not CompanyList.objects.exists()


def test_list_is_compared_while_its_page_tells_how_far_it_is(cast: Cast) -> None:
    make_account("Quarzwerk Ostsee", city="Kiel")
    sent(cast.pam)
    given = CompanyList.objects.get()
    client, address = browser(cast.pam), given.get_absolute_url()

    client.post(address, COLUMNS)
    progress = client.get(address, headers=HTMX).content.decode()
    finish()
    refreshed = client.get(address, headers=HTMX)
    html = client.get(address).content.decode()

    assert "0 % done." in progress
    assert (refreshed.status_code, refreshed["HX-Refresh"]) == (204, "true")
    assert all(text in html for text in ("Known", "Quarzwerk Ostsee", "Same name", "Ganz Anders", "Compared"))


def test_rows_are_narrowed_to_a_result(cast: Cast) -> None:
    make_account("Quarzwerk Ostsee", city="Kiel")
    given = compared(cast)
    client = browser(cast.pam)

    known = client.get(given.get_absolute_url(), {"band": "block"})
    nonsense = client.get(given.get_absolute_url(), {"band": "nonsense"})

    assert [row.name for row, _hits in known.context["found"]] == ["Quarzwerk Ostsee GmbH"]
    assert nonsense.status_code == 404


def test_columns_that_do_not_do_are_said(cast: Cast) -> None:
    sent(cast.pam)
    given = CompanyList.objects.get()

    answer = browser(cast.pam).post(given.get_absolute_url(), {"column_0": "city"})

    assert answer.status_code == 400
    assert "Choose which column holds: name." in answer.content.decode()


def rows_of_file(user: User, address: str, **asked: str) -> list[list[str]]:
    response: Any = browser(user).get(address, asked)
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))[1:]


def test_results_are_a_file_that_runs_nothing(cast: Cast) -> None:
    account = make_account("Quarzwerk Ostsee", city="Kiel")
    given = compared(cast)
    address = reverse("account-list-results")

    every = rows_of_file(cast.pam, address, list=given.public_id)
    known = rows_of_file(cast.pam, address, list=given.public_id, band="block")
    book: Any = browser(cast.pam).get(address, {"list": given.public_id, "file": "xlsx"})

    assert [row[:4] for row in every] == [
        ["2", "Quarzwerk Ostsee GmbH", "DE", "Known"],
        ["3", "Ganz Anders", "GB", "Unknown"],
        ["4", "'=cmd|x", "DE", "Unknown"],
    ]
    assert [row[5:7] for row in known] == [["Quarzwerk Ostsee", f"/accounts/{account.public_id}/"]]
    assert b"".join(book.streaming_content).startswith(b"PK")


def test_results_of_nothing_are_not_there(cast: Cast) -> None:
    given = compared(cast)
    client, address = browser(cast.pam), reverse("account-list-results")

    asked = [{"list": "lst_nothing"}, {"list": given.public_id, "band": "x"}, {"band": "none"}]
    assert [client.get(address, query).status_code for query in asked] == [404, 404, 200]


def test_lists_are_a_file(cast: Cast) -> None:
    compared(cast)

    ((_id, name, *_more, percent, rows, known, _look, _hints, unknown, _not_read, _kept),) = rows_of_file(
        cast.pam, reverse("account-lists-export")
    )

    assert (name, percent, rows, known, unknown) == ("theirs.csv", "100", "3", "0", "3")


def posted(client: Client, path: str, content: bytes) -> Any:
    return client.generic("POST", f"/api/v1/{path}", content, content_type="text/csv")


def test_api_takes_a_list_and_tells_its_results(cast: Cast) -> None:
    account = make_account("Quarzwerk Ostsee", city="Kiel")
    api = caller(cast.pam)

    made = posted(api, "accounts/lists?file_name=theirs.csv", CONTENT)
    address = f"/api/v1/accounts/lists/{made.json()['id']}"
    again = api.post(f"{address}/start", {"columns": ["name", "", ""]}, content_type="application/json")
    finish()
    given = api.get(address).json()
    known = api.get(f"{address}/rows", {"band": "block"}).json()["results"]

    assert (made.status_code, made.json()["state"], made.json()["progress"], again.status_code) == (
        *(201, "working"),
        *(0, 409),
    )
    assert (given["state"], given["progress"], given["rows"], given["file_name"]) == ("done", 100, 3, "theirs.csv")
    assert given["counts"] == {"block": 1, "review": 0, "hint": 0, "none": 2, "refused": 0}
    assert [(row["row"], row["name"], row["matches"][0]["id"]) for row in known] == [
        (2, "Quarzwerk Ostsee GmbH", account.public_id)
    ]
    assert len(api.get(f"{address}/rows", {"page_size": "2"}).json()["results"]) == 2


def test_api_waits_for_columns_that_nobody_can_guess(cast: Cast) -> None:
    api = caller(cast.admin)

    made = posted(api, "accounts/lists", b"Alpha,Beta\nAcme,DE\n")
    address = f"/api/v1/accounts/lists/{made.json()['id']}"
    wrong = api.post(f"{address}/start", {"columns": ["country", ""]}, content_type="application/json")
    begun = api.post(f"{address}/start", {"columns": ["name", "country"]}, content_type="application/json")
    finish()

    assert (made.json()["state"], wrong.status_code, begun.status_code) == ("uploaded", 400, 200)
    assert (CompanyList.objects.get().state, ListRow.objects.get().name) == (State.DONE, "Acme")


def test_api_says_what_is_wrong_with_a_file(cast: Cast) -> None:
    answer = posted(caller(cast.pam), "accounts/lists", b"name\nAc\0me\n")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert not CompanyList.objects.exists()


def test_nobody_else_learns_of_it(cast: Cast) -> None:
    given = compared(cast)

    for somebody, status in ((cast.seller, 403), (cast.executive, 403), (cast.helix.admin, 403)):
        assert browser(somebody).get(given.get_absolute_url()).status_code == status
        assert caller(somebody).get(f"/api/v1/accounts/lists/{given.public_id}").status_code == 404
        assert posted(caller(somebody), "accounts/lists", CONTENT).status_code == 403
