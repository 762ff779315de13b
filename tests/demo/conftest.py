"""The demo programme, made once for all of its tests."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import override_settings

from config.management.commands.seed_demo import seed
from prm.clocks.database import database_now
from tests.founding import Founding


@pytest.fixture(scope="package")
def started(founding: Founding, django_db_blocker: Any) -> Iterator[datetime]:
    """The moment before the demo was made; all of it is undone after the last test of the folder."""
    with django_db_blocker.unblock(), founding.another():
        now = database_now()
        with override_settings(PRM_PAYER_IBAN="DE89370400440532013000"):
            seed()
        yield now
