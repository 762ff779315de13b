import csv
import io

import pytest
from django.test import Client

from prm.accounts.models import User
from prm.exports import portions
from prm.jobs.actions import work
from prm.portal import exports


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of more than three rows is long, and a portion has two of them."""
    monkeypatch.setattr(exports, "LONG", 3)
    monkeypatch.setattr(portions, "PORTION", 2)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def finish_work() -> int:
    turns = 0
    while work():
        turns += 1
    return turns


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
