"""An organisation runs a few exports at a time, and no other waits for it."""

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Barrier, Event, Semaphore, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from prm.accounts.models import User
from prm.audit.models import Event as Entry
from prm.portal import exports, places
from prm.portal.places import MOST_AT_ONCE, Held, Place, take_place
from tests.factories import Cast, make_draft
from tests.serving import one_transaction

SOMEBODY, BEYOND = 77, 2


@pytest.fixture(autouse=True)
def nothing_is_held(db: None) -> None:
    """Answers that other tests did not read to their end may hold places on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock_all()")


def held_places() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2 and classid >= %s "
            "and database = (select oid from pg_database where datname = current_database())",
            [places.FIRST_PLACE],
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]


@contextmanager
def elsewhere(organisation_id: int, number: int = MOST_AT_ONCE) -> Iterator[None]:
    """Other processes hold that many places: each on a connection of its own."""
    taken, done = Barrier(number + 1, timeout=30), Barrier(number + 1, timeout=30)

    def export() -> None:
        place = take_place(organisation_id)
        taken.wait()
        done.wait()
        if place is not None:
            place.leave()
        connection.close()

    threads = [Thread(target=export) for _number in range(number)]
    for thread in threads:
        thread.start()
    taken.wait()
    try:
        yield
    finally:
        done.wait()
        for thread in threads:
            thread.join()


@pytest.mark.django_db(transaction=True)
def test_place_is_free_until_all_are_taken() -> None:
    with elsewhere(SOMEBODY, MOST_AT_ONCE - 1):
        last = take_place(SOMEBODY)
        assert last is not None
        last.leave()
    with elsewhere(SOMEBODY):
        beyond = take_place(SOMEBODY)

    assert beyond is None
    assert held_places() == 0


@pytest.mark.django_db(transaction=True)
def test_places_of_one_organisation_are_not_anothers() -> None:
    with elsewhere(SOMEBODY):
        place = take_place(SOMEBODY + 1)
        assert place is not None
        place.leave()


@pytest.mark.django_db
def test_place_is_left_once() -> None:
    first, again = take_place(SOMEBODY), take_place(SOMEBODY)
    assert first is not None
    assert again is not None
    first.leave()
    first.leave()

    assert held_places() == 1
    again.leave()
    assert held_places() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2**31 - 1, 2**31, 2**40 + 5])
def test_any_organisation_has_places(number: int) -> None:
    place = take_place(number)

    assert place is not None
    place.leave()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["deals-export", "partners-export", "accounts-export"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_beyond_the_places_is_told_when_to_return(live_cast: Cast, client: Client, name: str, kind: str) -> None:
    client.force_login(live_cast.admin)
    with elsewhere(live_cast.vendor.pk):
        refused = client.get(reverse(name), {"file": kind})
    after = client.get(reverse(name), {"file": kind})

    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    assert "Your organisation is exporting already" in refused.content.decode()
    assert after.status_code == 200
    assert b"".join(after.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_export_that_was_refused_is_no_event(live_cast: Cast, client: Client) -> None:
    client.force_login(live_cast.admin)
    with elsewhere(live_cast.vendor.pk):
        refused = client.post(reverse("audit-export"))
    recorded = Entry.objects.count()
    taken = client.post(reverse("audit-export"))

    assert (refused.status_code, taken.status_code) == (429, 200)
    assert Entry.objects.count() == recorded + 1
    assert b"".join(taken.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_exports_of_a_rival_are_no_hindrance(live_cast: Cast, client: Client) -> None:
    client.force_login(live_cast.helix.rep)
    with elsewhere(live_cast.orbit.organisation.pk):
        response: Any = client.get(reverse("deals-export"))

    assert response.status_code == 200
    assert b"".join(response.streaming_content)


@pytest.mark.django_db
def test_place_is_held_while_rows_are_sent_and_left_at_the_end(cast: Cast, client: Client) -> None:
    make_draft(cast.helix)
    client.force_login(cast.helix.rep)
    response: Any = client.get(reverse("deals-export"))
    lines = iter(response.streaming_content)
    next(lines)
    while_sending = held_places()
    rest = list(lines)

    assert (while_sending, len(rest)) == (1, 1)
    assert held_places() == 0


@pytest.mark.django_db
def test_place_is_left_when_nobody_reads_the_answer(cast: Cast, client: Client) -> None:
    client.force_login(cast.helix.rep)
    with one_transaction():
        response = client.get(reverse("deals-export"))
        unread = held_places()
        response.close()

    assert unread == 1
    assert held_places() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "status"), [("file=pdf", 404), ("file=xlsx", 400)])
def test_place_is_left_when_there_is_no_file(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, query: str, status: int
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 0)
    make_draft(cast.helix)
    client.force_login(cast.helix.rep)

    assert client.get(f"{reverse('deals-export')}?{query}").status_code == status
    assert held_places() == 0


@pytest.mark.django_db
def test_control_content_without_a_close_would_keep_its_place() -> None:
    """A generator that nobody began does not run its end."""

    def careless(place: Place) -> Iterator[str]:
        try:
            yield "row"
        finally:
            place.leave()

    first, second = take_place(SOMEBODY), take_place(SOMEBODY)
    assert first is not None
    assert second is not None
    careless(first).close()
    assert held_places() == 1

    Held(["row"], first).close()
    Held(["row"], second).close()
    assert held_places() == 0


def downloaded(url: str, cookie: str) -> int:
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)) as line:
        line.request("GET", reverse("deals-export"), headers={"Cookie": f"session={cookie}"})
        answer = line.getresponse()
        answer.read()
        return answer.status


def burst(url: str, user: User, monkeypatch: pytest.MonkeyPatch, patience: float) -> list[int]:
    """Statuses of exports asked for at once; those that run go on when the others have been refused, or then."""
    client = Client()
    client.force_login(user)
    refused, go_on = Semaphore(0), Event()
    plain = exports.csv_lines

    def slow(*given: Any) -> Iterator[str]:
        go_on.wait(30)
        yield from plain(*given)

    def ask(_number: int) -> int:
        status = downloaded(url, client.cookies["session"].value)
        refused.release()
        return status

    monkeypatch.setattr(exports, "csv_lines", slow)
    with ThreadPoolExecutor(MOST_AT_ONCE + BEYOND) as pool:
        asked = pool.map(ask, range(MOST_AT_ONCE + BEYOND))
        for _number in range(BEYOND):
            refused.acquire(timeout=patience)
        go_on.set()
        return sorted(asked)


@pytest.mark.django_db(transaction=True)
def test_exports_at_once_are_as_many_as_there_are_places(
    live_server: Any, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = burst(live_server.url, live_cast.helix.rep, monkeypatch, patience=30)

    assert statuses == [200] * MOST_AT_ONCE + [429] * BEYOND


@pytest.mark.django_db(transaction=True)
def test_control_without_places_any_number_runs_at_once(
    live_server: Any, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "take_place", lambda _organisation: Place(places.FIRST_PLACE, 0))
    monkeypatch.setattr(Place, "leave", lambda _self: None)

    assert burst(live_server.url, live_cast.helix.rep, monkeypatch, patience=1) == [200] * (MOST_AT_ONCE + BEYOND)
