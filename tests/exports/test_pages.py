"""The person's way: a long list, the question whether to make its file, progress, a notice, the file."""

import io
from html import unescape
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from prm.accounts.models import Membership
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.exports.models import KEPT, Export
from prm.jobs.actions import work
from prm.notices.models import Notice
from tests.exports.conftest import browser, finish_work, table
from tests.factories import Cast, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("short")]


@pytest.fixture
def accounts(cast: Cast) -> list[str]:
    names = [f"Customer {letter} Works" for letter in "ABCDEFG"]
    for name in names:
        make_account(name, city="=1+1")
    return names


def asked_of(page: Any) -> dict[str, str]:
    """What the form of the page sends."""
    return {name: str(page.context[name]) for name in ("listing", "file", "query")}


def made(client: Client, address: str = "/accounts/export/") -> Export:
    answer = client.post("/exports/", asked_of(client.get(address)))
    assert answer.status_code == 302
    return Export.objects.get(public_id=answer["Location"].split("/")[-2])


def fetched(client: Client, export: Export) -> bytes:
    answer = client.post(f"{export.get_absolute_url()}file/")
    assert answer.status_code == 200, answer
    return b"".join(answer)  # type: ignore[arg-type]


def test_short_list_comes_at_once(cast: Cast) -> None:
    make_account("Alone Works")
    answer = browser(cast.admin).get("/accounts/export/")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert Export.objects.count() == 0


def test_long_list_is_asked_about_and_changes_nothing(cast: Cast, accounts: list[str]) -> None:
    page = browser(cast.admin).get("/accounts/export/?file=xlsx&q=works&cursor=x")

    assert page.status_code == 200
    assert "more than 3 rows" in unescape(page.content.decode())
    assert asked_of(page) == {"listing": "accounts", "file": "xlsx", "query": "q=works"}
    assert (Export.objects.count(), Event.objects.filter(kind="export.asked").count()) == (0, 0)


def test_way_from_the_question_to_the_file(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)
    export = made(client)
    assert "Being made" in client.get(export.get_absolute_url()).content.decode()
    work()
    fragment = client.get(export.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "20 % done" in fragment
    assert "hx-get" in fragment
    finish_work()
    assert client.get(export.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "Download" in client.get(export.get_absolute_url()).content.decode()

    rows = table(fetched(client, export))
    assert [row[1] for row in rows] == ["name", *accounts]
    assert {row[3] for row in rows[1:]} == {"'=1+1"}
    notice = Notice.objects.get(kind="export.ready")
    assert (notice.user, notice.path, notice.title) == (
        cast.admin,
        export.get_absolute_url(),
        "Your export is ready: accounts.csv",
    )


def test_workbook_holds_what_the_list_shows(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)
    export = made(client, "/accounts/export/?file=xlsx")
    finish_work()
    book = load_workbook(io.BytesIO(fetched(client, export)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))

    assert [row[1] for row in rows] == ["name", *accounts]
    assert rows[1][3] == "=1+1"
    assert book.worksheets[0]["D2"].data_type == "s"
    assert not export.parts.exclude(keys=[]).exists()


def test_file_is_the_same_as_the_one_that_comes_at_once(
    cast: Cast, accounts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(cast.admin)
    for address in ("/people/export/", "/accounts/export/?q=works", "/audit/export/"):
        asking = client.post if "audit" in address else client.get
        with monkeypatch.context() as patched:
            patched.setattr("prm.portal.exports.LONG", 1000)
            at_once = b"".join(asking(address))  # type: ignore[arg-type]
        page = asking(address)
        if "audit" in address:
            # Each export is an event of its own.
            assert page.context["query"] == ""
            continue
        answer = client.post("/exports/", asked_of(page))
        finish_work()
        export = Export.objects.get(public_id=answer["Location"].split("/")[-2])
        assert fetched(client, export) == at_once


def test_log_that_is_long_is_recorded_when_it_is_asked_for(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)
    page = client.post("/audit/export/", {"kind": "account.created", "csrfmiddlewaretoken": "x"})
    assert asked_of(page) == {"listing": "audit", "file": "csv", "query": "kind=account.created"}
    client.post("/exports/", asked_of(page))

    assert Event.objects.get(kind="events.exported").data == {"asked": {"kind": "account.created"}}


def test_asking_and_fetching_are_recorded(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)
    export = made(client)
    finish_work()
    fetched(client, export)
    fetched(client, export)

    events = Event.objects.filter(subject_id=export.public_id).order_by("pk")
    assert [event.kind for event in events] == ["export.asked", "export.fetched", "export.fetched"]
    assert {event.actor_id for event in events} == {cast.admin.pk}
    assert events[0].data == {"list": "accounts", "file": "csv"}


def test_times_are_those_of_the_person(cast: Cast) -> None:
    """The worker has no person of its own: workbooks are written in the time of who asked."""
    for user in (cast.admin, cast.pam, cast.seller, cast.expert):
        Membership.objects.filter(user=user).update(created_at="2026-03-01T23:30Z")
    cast.admin.time_zone = "Asia/Tokyo"
    cast.admin.save()
    client = browser(cast.admin)
    export = made(client, f"/people/export/?file=xlsx&organisation={cast.vendor.public_id}")
    finish_work()
    book = load_workbook(io.BytesIO(fetched(client, export)))

    assert "2026-03-02 08:30:00" in {str(row[4]) for row in book.worksheets[0].iter_rows(values_only=True)}


def test_asked_twice_it_is_one_file(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)

    assert made(client) == made(client)
    assert Export.objects.count() == 1


def test_other_filters_are_another_file(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)

    assert made(client) != made(client, "/accounts/export/?q=works")


def test_third_of_an_organisation_has_to_wait(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)
    made(client)
    made(browser(cast.pam))
    refused = client.post("/exports/", asked_of(client.get("/accounts/export/?q=works")), follow=True)
    assert "exporting already" in refused.content.decode()
    finish_work()

    assert made(client, "/accounts/export/?q=works").is_working
    assert Export.objects.count() == 3


def test_longer_than_any_file_is_refused(cast: Cast, accounts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prm.portal.exports.MOST_BOUND", 6)
    client = browser(cast.admin)
    asked = asked_of(client.get("/accounts/export/?file=xlsx"))
    refused = client.post("/exports/", asked, follow=True)

    assert "More than 6 rows" in refused.content.decode()
    assert Export.objects.count() == 0
    assert made(client, "/accounts/export/").file == "csv"


@pytest.mark.parametrize(
    "changes",
    [{"listing": "nothing"}, {"file": "pdf"}, {"query": "x" * 2001}, {"listing": "audit", "query": "kind=nonsense"}],
)
def test_nonsense_is_not_found(cast: Cast, accounts: list[str], changes: dict[str, str]) -> None:
    asked = {"listing": "accounts", "file": "csv", "query": "", **changes}

    assert browser(cast.admin).post("/exports/", asked).status_code == 404
    assert Export.objects.count() == 0


def test_file_of_another_kind_is_not_found(cast: Cast, accounts: list[str]) -> None:
    assert browser(cast.admin).get("/accounts/export/?file=pdf").status_code == 404


def test_own_exports_are_listed(cast: Cast, accounts: list[str]) -> None:
    export = made(browser(cast.admin))
    page = browser(cast.admin).get("/exports/").content.decode()

    assert export.get_absolute_url() in page
    assert export.get_absolute_url() not in browser(cast.pam).get("/exports/").content.decode()


def test_after_a_day_it_is_gone(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)
    export = made(client)
    finish_work()
    Export.objects.update(made_at=database_now() - KEPT)

    assert client.post(f"{export.get_absolute_url()}file/")["Location"] == export.get_absolute_url()
    assert "This file is not there" in client.get(export.get_absolute_url()).content.decode()
    assert Event.objects.filter(kind="export.fetched").count() == 0


def test_file_that_is_not_made_yet_cannot_be_fetched(cast: Cast, accounts: list[str]) -> None:
    client = browser(cast.admin)
    export = made(client)

    assert client.post(f"{export.get_absolute_url()}file/")["Location"] == export.get_absolute_url()
