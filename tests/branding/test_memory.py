"""What a process remembers, and for how long."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prm.branding import actions
from prm.branding.selectors import Brand, Memory, memory
from prm.clocks.database import database_now
from prm.portal.errors import server_error
from tests.factories import Cast


class Source:
    """Stands for the table: says what it is told to say and counts who asks."""

    def __init__(self) -> None:
        self.name, self.asked, self.is_away = "First", 0, False

    def __call__(self) -> Brand:
        self.asked += 1
        if self.is_away:
            raise OperationalError
        return Brand(self.name, "#0b6b5f")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def kept(settings: Any) -> Iterator[None]:
    """As it runs for real, with nothing left over for the next test."""
    settings.PRM_BRANDING_KEPT_SECONDS = 10.0
    memory.forget()
    yield
    memory.forget()
    memory.known = None


def made() -> tuple[Memory, Source, Clock]:
    source, clock = Source(), Clock()
    return Memory(source, clock), source, clock


def test_memory_asks_again_after_its_time(kept: None) -> None:
    remembered, source, clock = made()
    first = remembered.current().name
    source.name = "Second"
    clock.now += 9.9
    still = remembered.current().name
    clock.now += 0.2
    then = remembered.current().name

    assert (first, still, then, source.asked) == ("First", "First", "Second", 2)


def test_memory_that_forgets_asks_at_once(kept: None) -> None:
    remembered, source, _clock = made()
    remembered.current()
    source.name = "Second"
    remembered.forget()

    assert remembered.current().name == "Second"


def test_database_that_is_away_changes_no_name(kept: None, settings: Any) -> None:
    settings.PRM_NAME = "Installed"
    remembered, source, clock = made()
    source.is_away = True
    never_known = remembered.current().name
    source.is_away = False
    clock.now += 11
    remembered.current()
    source.is_away, source.name = True, "Second"
    clock.now += 11

    assert (never_known, remembered.current().name) == ("Installed", "First")


def test_database_that_is_away_is_not_asked_by_each_page(kept: None) -> None:
    remembered, source, _clock = made()
    source.is_away = True
    for _ in range(5):
        remembered.current()

    assert source.asked == 1


def test_last_known_asks_nobody(kept: None) -> None:
    remembered, source, clock = made()
    before = remembered.last_known().name
    remembered.current()
    clock.now += 1000

    assert (before, remembered.last_known().name, source.asked) == ("Northwind Partners", "First", 1)


def queries(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/profile/").status_code == 200
    return [query["sql"] for query in captured if "branding" in query["sql"]]


def test_page_costs_no_query_while_the_branding_is_remembered(kept: None, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.pam)

    assert [len(queries(client)) for _ in range(3)] == [1, 0, 0]


def test_own_change_is_seen_at_once(kept: None, live_cast: Cast) -> None:
    memory.current()
    actions.change(values={"name": "Contoso Allies"}, by=live_cast.admin, now=database_now())

    assert memory.current().name == "Contoso Allies"


def test_page_of_the_branding_never_shows_an_old_one(kept: None, cast: Cast) -> None:
    """The change was made by another process: this one has not heard of it."""
    client = Client()
    client.force_login(cast.admin)
    client.get("/profile/")
    actions.change(values={"name": "Contoso Allies"}, by=cast.admin, now=database_now())
    elsewhere = client.get("/profile/").text
    here = client.get("/branding/").text

    assert ("<span>Contoso Allies</span>" in elsewhere, "<span>Contoso Allies</span>" in here) == (False, True)


def test_page_of_a_mistake_shows_the_last_known_name(kept: None, cast: Cast, rf: Any) -> None:
    actions.change(values={"name": "Contoso Allies"}, by=cast.admin, now=database_now())
    memory.renewed()
    with CaptureQueriesContext(connection) as captured:
        page = server_error(rf.get("/"))

    assert "<span>Contoso Allies</span>" in page.text
    assert len(captured) == 0
