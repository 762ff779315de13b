"""Imports over the API: the whole way of a nightly run, twice, in parallel, and with files that are none."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from partners.imports.bounds import MOST_BYTES, TAKES
from partners.imports.models import AccountImport
from partners.models import Account
from prm.audit.models import Event
from prm.jobs.actions import work
from tests.factories import Cast, make_token
from tests.partners.imports.books import book

PATH = "/api/v1/accounts/imports"
CONTENT = b"id,name,country,note\nx1,Acme Werke,DE,hello\nx2,,DE,\nx3,Beta,XX,\n"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def caller(cast: Cast) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(cast.admin)}"})


def sent(client: Client, content: bytes = CONTENT, kind: str = "text/csv", key: str = "", **about: str) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.generic("POST", f"{PATH}?{urlencode(about)}", content, content_type=kind, headers=headers)


def posted(client: Client, path: str, body: dict[str, Any] | None = None, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(path, body or {}, content_type="application/json", headers=headers)


def finish_work() -> None:
    while work():
        continue


@pytest.mark.django_db
def test_way_of_a_nightly_run(caller: Client) -> None:
    made = sent(caller, file_name="crm.csv")
    address = made["Location"]
    assert (made.status_code, made.json()["state"], made.json()["file_name"]) == (201, "checking", "crm.csv")
    assert address == f"{PATH}/{made.json()['id']}"

    finish_work()
    checked = caller.get(address).json()
    assert (checked["state"], checked["progress"], checked["rows"]) == ("checked", 100, 3)
    assert [checked[name] for name in ("new", "changed", "unchanged", "refused")] == [1, 0, 0, 2]
    assert Account.objects.count() == 0

    assert posted(caller, f"{address}/start").json()["state"] == "importing"
    finish_work()
    assert caller.get(address).json()["state"] == "done"
    assert list(Account.objects.values_list("external_id", "name")) == [("x1", "Acme Werke")]

    assert posted(caller, f"{address}/undo").json()["state"] == "undoing"
    finish_work()
    assert caller.get(address).json()["state"] == "undone"
    assert Account.objects.count() == 0


@pytest.mark.django_db
def test_columns_say_what_they_set(caller: Client) -> None:
    assert sent(caller).json()["columns"] == [
        {"title": "id", "field": "external_id"},
        {"title": "name", "field": "name"},
        {"title": "country", "field": "country"},
        {"title": "note", "field": ""},
    ]


@pytest.mark.django_db
def test_columns_that_mean_nothing_are_to_be_chosen(caller: Client) -> None:
    made = sent(caller, b"a,b\nx1,Acme\n").json()
    assert made["state"] == "uploaded"

    checked = posted(caller, f"{PATH}/{made['id']}/check", {"columns": ["external_id", "name"]})
    assert (checked.status_code, checked.json()["state"]) == (200, "checking")
    finish_work()
    assert caller.get(f"{PATH}/{made['id']}").json()["new"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "path"),
    [
        (["external_id"], ""),
        (["external_id", "external_id"], ""),
        (["", "name"], ""),
        (["external_id", "nonsense"], "columns.1"),
        ("external_id", "columns"),
        (None, "columns"),
    ],
)
def test_columns_that_cannot_be_are_refused_at_their_place(caller: Client, columns: Any, path: str) -> None:
    made = sent(caller, b"a,b\nx1,Acme\n").json()
    answer = posted(caller, f"{PATH}/{made['id']}/check", {} if columns is None else {"columns": columns})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [path])
    assert AccountImport.objects.get().state == "uploaded"


@pytest.mark.django_db
def test_workbook_is_taken_and_its_sheet_named(caller: Client) -> None:
    content = book({"Cover": [["x"], ["y"]], "Accounts": [["id", "name"], [10045, "Acme"]]})
    made = sent(caller, content, WORKBOOK, file_name="crm.xlsx", sheet="Accounts").json()
    finish_work()

    assert made["file_name"] == "crm.xlsx · Accounts"
    assert caller.get(f"{PATH}/{made['id']}").json()["new"] == 1


@pytest.mark.django_db
def test_findings_come_in_pages_each_once(caller: Client) -> None:
    rows = "".join(f"x{number},,DE\n" for number in range(7))
    made = sent(caller, f"id,name,country\n{rows}".encode()).json()
    finish_work()

    seen: list[int] = []
    url: str | None = f"{PATH}/{made['id']}/findings?page_size=3"
    pages = 0
    while url:
        page = caller.get(url).json()
        seen += [finding["row"] for finding in page["results"]]
        assert {finding["field"] for finding in page["results"]} == {"name"}
        url, pages = page["next"], pages + 1
    assert (seen, pages) == (list(range(2, 9)), 3)


@pytest.mark.django_db
def test_page_before_is_found_again(caller: Client) -> None:
    made = sent(caller, b"id,name\nx1,\nx2,\nx3,\n").json()
    finish_work()
    first = caller.get(f"{PATH}/{made['id']}/findings?page_size=2").json()
    second = caller.get(first["next"]).json()

    assert caller.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.django_db
def test_cursor_of_another_import_finds_nothing_of_it(caller: Client) -> None:
    """Findings stay those of the import in the address."""
    ids = [sent(caller, b"id,name\nx1,\nx2,\nx3,\n").json()["id"] for _file in range(2)]
    finish_work()
    foreign = caller.get(f"{PATH}/{ids[0]}/findings?page_size=1").json()["next"].replace(ids[0], ids[1])

    assert [finding["row"] for finding in caller.get(foreign).json()["results"]] == [2]


@pytest.mark.django_db
def test_same_key_gives_the_same_import(caller: Client) -> None:
    answers = [sent(caller, key="night-1") for _time in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert AccountImport.objects.count() == 1


@pytest.mark.django_db
def test_same_key_with_another_file_is_refused(caller: Client) -> None:
    sent(caller, key="night-1")
    answer = sent(caller, CONTENT + b"x9,Other,DE,\n", key="night-1")

    assert answer.status_code == 422
    assert AccountImport.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["start", "undo"])
def test_step_twice_is_told_the_state(caller: Client, step: str) -> None:
    address = sent(caller)["Location"]
    finish_work()
    if step == "undo":
        posted(caller, f"{address}/start")
        finish_work()

    assert [posted(caller, f"{address}/{step}").status_code for _time in range(2)] == [200, 409]
    assert posted(caller, f"{address}/{step}").json()["state"] in {"importing", "undoing"}


@pytest.mark.django_db
def test_step_twice_with_one_key_is_one_step(caller: Client) -> None:
    address = sent(caller)["Location"]
    finish_work()
    answers = [posted(caller, f"{address}/start", key="k") for _time in range(2)]
    finish_work()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Event.objects.filter(kind="accounts.import_started").count() == 1


@pytest.mark.django_db
def test_nothing_is_started_before_it_was_checked(caller: Client) -> None:
    answer = posted(caller, f"{sent(caller)['Location']}/start")

    assert (answer.status_code, answer.json()["state"]) == (409, "checking")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "kind", "status", "path"),
    [
        (b"", "text/csv", 400, "file"),
        (b"\xff\xfe\xff", "text/csv", 400, "file"),
        (b"PK\x03\x04", WORKBOOK, 400, "file"),
        (b"id,name\n", "text/csv", 400, "file"),
        (b"\0" * 100, "text/csv", 400, "file"),
        (b"{}", "application/json", 415, None),
        (b"x", "multipart/form-data; boundary=x", 415, None),
        (b"id\n", "text/csv; charset=latin-1", 415, None),
    ],
)
def test_what_is_no_table_is_refused(caller: Client, content: bytes, kind: str, status: int, path: str | None) -> None:
    answer = sent(caller, content, kind)

    assert answer.status_code == status
    assert list(answer.json().get("errors", {})) == ([path] if path else [])
    assert AccountImport.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("about", [{"sheet": "x" * 101}, {"file_name": "a\0b"}, {"nonsense": "1"}])
def test_what_the_address_says_is_checked(caller: Client, about: dict[str, str]) -> None:
    answer = sent(caller, **about)

    assert answer.status_code == 400
    assert AccountImport.objects.count() == 0


@pytest.mark.django_db
def test_sheet_that_is_not_there_is_said_at_its_parameter(caller: Client) -> None:
    answer = sent(caller, book({"One": [["id"], ["x"]]}), WORKBOOK, sheet="Two")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["sheet"])


@pytest.mark.django_db
def test_file_may_be_as_long_as_in_the_portal(caller: Client) -> None:
    """Longer than any other body, and no longer than that."""
    row = b"x%d," + b"A" * 90 + b",DE,\n"
    long = b"id,name,country,note\n" + b"".join(row % number for number in range(15_000))
    assert len(long) > 1_000_000
    beyond = caller.generic("POST", PATH, b"x" * (TAKES + 1), content_type="text/csv")

    assert sent(caller, long).status_code == 201
    assert sent(caller, b"id\n" + b"x" * MOST_BYTES).status_code == 400
    assert beyond.status_code == 413


@pytest.mark.django_db
def test_list_has_the_newest_first_with_its_progress(caller: Client) -> None:
    ids = [sent(caller).json()["id"] for _file in range(3)]
    finish_work()

    page = caller.get(f"{PATH}?page_size=2").json()
    assert [each["id"] for each in page["results"]] == ids[:0:-1]
    assert {each["progress"] for each in page["results"]} == {100}
    assert [each["id"] for each in caller.get(page["next"]).json()["results"]] == ids[:1]


@pytest.mark.django_db
def test_limit_of_requests_holds_for_files_too(caller: Client, settings: Any) -> None:
    settings.PRM_API_REQUESTS_PER_MINUTE = 1

    # A minute may end between two of them, and hardly another one before the third.
    statuses = [sent(caller).status_code for _time in range(3)]
    assert statuses in ([201, 429, 429], [201, 429, 201], [201, 201, 429])


def at_once(number: int, ask: Callable[[], Any]) -> list[int]:
    def asked(_number: int) -> int:
        try:
            return int(ask().status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return sorted(pool.map(asked, range(number)))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_are_one_import(live_cast: Cast) -> None:
    token = make_token(live_cast.admin)
    statuses = at_once(6, lambda: sent(Client(headers={"authorization": f"Bearer {token}"}), key="k"))

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert AccountImport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_starts_at_once_are_one(live_cast: Cast) -> None:
    token = make_token(live_cast.admin)
    address = sent(Client(headers={"authorization": f"Bearer {token}"}))["Location"]
    finish_work()
    statuses = at_once(6, lambda: posted(Client(headers={"authorization": f"Bearer {token}"}), f"{address}/start"))

    assert statuses == [200, *[409] * 5]
