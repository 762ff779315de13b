from tests.deals.teaming.conftest import pair  # noqa: F401 - a fixture
