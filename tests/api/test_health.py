"""Alive, ready, and silent about everything else."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from prm.api import health


@pytest.fixture(autouse=True)
def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def ask(path: str) -> tuple[int, str]:
    answer = Client().get(path)
    assert set(answer.headers) >= {"Cache-Control", "Content-Type"}
    return answer.status_code, answer.content.decode()


def test_process_answers_without_a_database() -> None:
    """No database mark: a query would fail this test."""
    assert ask("/healthz") == (200, "alive\n")


@pytest.mark.django_db
def test_ready_when_the_database_answers_and_is_migrated() -> None:
    assert ask("/readyz") == (200, "ready\n")


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing() -> None:
    MigrationRecorder(connection).record_unapplied("api", "0001_initial")
    assert ask("/readyz") == (503, "not ready\n")


@pytest.mark.django_db
def test_readiness_costs_one_query_once_it_was_seen(django_assert_num_queries: Any) -> None:
    ask("/readyz")
    with django_assert_num_queries(1):
        ask("/readyz")


def test_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> bool:
        raise OperationalError("connection to server at 10.0.0.1 refused")

    monkeypatch.setattr(health, "_database_answers", away)
    assert ask("/readyz") == (503, "not ready\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_health_is_only_read(method: str) -> None:
    assert Client().generic(method, "/healthz").status_code == 405
