from collections.abc import Callable

import pytest
from django.test import Client

from prm.accounts.models import User

Login = Callable[[User], Client]


@pytest.fixture
def login() -> Login:
    """A browser in which the person is logged in."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in
