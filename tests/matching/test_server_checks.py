"""A server that decisions would have trouble on is told of before anybody decides."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.checks import Error, Tags, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from prm.matching import Identity, checks
from prm.matching.locks import lock_customer

pytestmark = pytest.mark.django_db(transaction=True)


def found() -> list[str | None]:
    return [message.id for message in run_checks(tags=[Tags.database], databases=["default"])]


@pytest.fixture
def repeatable_read() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("set default_transaction_isolation = 'repeatable read'")
        yield
        cursor.execute("reset default_transaction_isolation")


def room() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('max_locks_per_transaction')::int * current_setting('max_connections')::int"
        )
        return int(cursor.fetchone()[0])


def test_server_with_enough_room_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ROOM", room())

    assert found() == []


def test_server_with_too_little_room_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ROOM", room() + 1)

    assert found() == ["prm.W001"]


def test_server_as_it_comes_has_too_little_room_and_the_recommended_one_enough() -> None:
    assert 64 * 100 < checks.ROOM <= 256 * 100


@pytest.mark.usefixtures("repeatable_read")
def test_isolation_that_refuses_every_decision_is_an_error() -> None:
    assert found()[-1:] == ["prm.E001"]
    with pytest.raises(TransactionManagementError, match="REPEATABLE READ"), transaction.atomic():
        lock_customer(Identity("Acme"))


def test_nothing_is_asked_of_the_server_where_no_database_is_named() -> None:
    assert checks.check_server(databases=None) == checks.check_server(databases=[]) == []


def test_upgrade_says_it_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ROOM", room() + 1)
    said = StringIO()

    call_command("upgrade", stderr=said)

    assert f"room for {room():,} locks" in said.getvalue()
    assert "max_locks_per_transaction = 256" in said.getvalue()


def test_upgrade_stops_at_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [Error("Nothing can be decided here.", id="prm.E001")]
    monkeypatch.setattr("django.core.management.base.checks.run_checks", lambda **_about: broken)

    with pytest.raises(SystemCheckError, match="Nothing can be decided here"):
        call_command("upgrade")
