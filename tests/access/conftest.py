from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.world import World, make_world
from tests.founding import Founding
from tests.lines import Lines, everything_logged


@pytest.fixture(scope="package")
def made(founding: Founding, django_db_blocker: Any) -> Iterator[World]:
    """The world of all tests of the folder; none of it is ever committed."""
    with django_db_blocker.unblock(), founding.another():
        yield make_world()


@pytest.fixture
def world(made: World, db: None, settings: Any) -> World:
    """What a test does to the world is undone after it."""
    # A walk over every route asks more often than a person does.
    settings.PRM_API_REQUESTS_PER_MINUTE = settings.PRM_API_REQUESTS_PER_MINUTE_ORGANISATION = 1_000_000
    made.browsers.clear()
    return made


@pytest.fixture
def lines() -> Iterator[Lines]:
    with everything_logged() as written:
        yield written
