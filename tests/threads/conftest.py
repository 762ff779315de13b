from collections.abc import Callable

import pytest
from django.test import Client

from deals.registrations.models import Registration
from prm.accounts.models import User
from tests.factories import Cast, make_registration, make_token

Login = Callable[[User], Client]


@pytest.fixture
def login() -> Login:
    """A browser in which the person is logged in."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def call() -> Login:
    """A client of the API with a token of the person."""

    def with_token(user: User) -> Client:
        return Client(headers={"authorization": f"Bearer {make_token(user)}"})

    return with_token


@pytest.fixture
def deal(cast: Cast) -> Registration:
    """Registered by Helix and not yet decided."""
    return make_registration(cast.helix)
