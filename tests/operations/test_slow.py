"""Statements that took long stand in the log, and what they were about does not."""

import json
import logging

import pytest
from django.db import DatabaseError, connection
from pytest_django.fixtures import Settings

from prm.api.logs import JsonLines
from prm.operations.slow import LONGEST_TEXT, watch, watch_new

SECRET = "kanarie@helix.example"


@pytest.fixture
def told(settings: Settings, caplog: pytest.LogCaptureFixture, db: None) -> pytest.LogCaptureFixture:
    settings.PRM_SLOW_QUERY_MS = 20
    caplog.set_level(logging.WARNING, logger="prm.slow")
    return caplog


def ask(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))


def lines(told: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in told.records if record.name == "prm.slow"]


def test_long_statement_is_told_without_its_values(told: pytest.LogCaptureFixture) -> None:
    ask("select pg_sleep(0.03),\n      %s", SECRET)

    assert lines(told) == ["A statement took long: select pg_sleep(0.03), %s"]
    assert SECRET not in told.text


def test_line_has_the_milliseconds(told: pytest.LogCaptureFixture) -> None:
    ask("select pg_sleep(0.03)")

    line = json.loads(JsonLines().format(told.records[0]))
    assert line["ms"] >= 30
    assert line["logger"] == "prm.slow"


def test_statement_that_failed_after_a_long_time_is_told(told: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DatabaseError):
        ask("select 1 / length(pg_sleep(0.03)::text)")

    assert len(lines(told)) == 1


def test_short_statement_is_not_told(told: pytest.LogCaptureFixture, settings: Settings) -> None:
    settings.PRM_SLOW_QUERY_MS = 60_000
    ask("select 1")

    assert lines(told) == []


def test_nothing_is_told_where_nobody_asks(told: pytest.LogCaptureFixture, settings: Settings) -> None:
    settings.PRM_SLOW_QUERY_MS = 0
    ask("select pg_sleep(0.03)")

    assert lines(told) == []


def test_text_of_a_statement_ends_somewhere(told: pytest.LogCaptureFixture) -> None:
    ask("select pg_sleep(0.03), '" + "x" * 10_000 + "'")

    assert len(lines(told)[0]) == len("A statement took long: ") + LONGEST_TEXT


def test_connection_is_watched_once(db: None) -> None:
    before = list(connection.execute_wrappers)
    watch_new(connection=connection)

    assert connection.execute_wrappers == before
    assert before.count(watch) == 1
