from collections.abc import Iterator

import hypothesis
import pytest
from django.test import override_settings

from tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of the tests, with three product lines."""
    return make_cast()


@pytest.fixture
def live_cast(transactional_db: None) -> Cast:
    """The same with committed rows, for tests with several connections or processes."""
    return make_cast()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["tests.hashing.QuickHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def branding_is_asked_for_each_time() -> Iterator[None]:
    """What a process remembers would outlive the rows of one test, and cost queries by the clock."""
    with override_settings(PRM_BRANDING_KEPT_SECONDS=0):
        yield


# The same examples in every run, however slow the machine: what fails here fails for everybody.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("suite")
