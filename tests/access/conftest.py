from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.world import World, make_world
from tests.lines import Lines, everything_logged


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world of all tests of a module; none of it is ever committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


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
