"""Counting attempts, and what it must not do to whoever counts."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connection, transaction

from prm.accounts.attempts import attempt, attempt_both
from prm.accounts.models import AttemptWindow
from prm.clocks.database import database_now
from tests.factories import Cast, make_registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("careful")]
DAY = 86_400


@pytest.fixture
def careful(db: None) -> Iterator[None]:
    """As in production: the engines of the tests do without."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('synchronous_commit', 'on', false)")
        yield
        cursor.execute("reset synchronous_commit")


def synchronous() -> str:
    with connection.cursor() as cursor:
        cursor.execute("show synchronous_commit")
        (said,) = cursor.fetchone()
    return str(said)


def test_attempts_within_the_limit_are_free() -> None:
    assert [attempt("key", limit=3, window_seconds=DAY) for _ in range(3)] == [0, 0, 0]


def test_attempt_above_the_limit_says_how_long_to_wait() -> None:
    attempt("key", limit=1, window_seconds=DAY)
    wait = attempt("key", limit=1, window_seconds=DAY)

    assert 1 <= wait <= DAY
    window = AttemptWindow.objects.get(key="key").window
    ends = window + timedelta(days=1)
    assert abs((ends - database_now()).total_seconds() - wait) < 60


def test_keys_do_not_count_for_each_other() -> None:
    attempt("one", limit=1, window_seconds=DAY)

    assert attempt("other", limit=1, window_seconds=DAY) == 0


def test_long_key_is_cut_to_what_the_column_holds() -> None:
    attempt("k" * 200, limit=1, window_seconds=DAY)

    assert AttemptWindow.objects.get().key == "k" * 80


def both(first: int, second: int) -> int:
    return attempt_both(("one", first), ("all", second), window_seconds=DAY).wait


def counted() -> dict[str, int]:
    return dict(AttemptWindow.objects.values_list("key", "count"))


def test_two_keys_are_counted_at_once() -> None:
    assert [both(2, 9) for _ in range(2)] == [0, 0]
    assert counted() == {"one": 2, "all": 2}


def test_what_the_first_refuses_uses_up_nothing_of_the_second() -> None:
    waits = [both(2, 9) for _ in range(4)]

    assert (waits[:2], all(0 < wait <= DAY for wait in waits[2:])) == ([0, 0], True)
    assert counted() == {"one": 4, "all": 2}


def test_second_refuses_as_well() -> None:
    waits = [both(9, 1), both(9, 1)]

    assert waits[0] == 0
    assert 0 < waits[1] <= DAY


def test_both_tell_the_clock_of_the_database() -> None:
    before = database_now()
    at = attempt_both(("one", 1), ("all", 1), window_seconds=DAY).at

    assert before < at < database_now()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("alone", [True, False])
def test_both_take_no_promise_from_a_verb(alone: bool) -> None:
    with ExitStack() as stack:
        if not alone:
            stack.enter_context(transaction.atomic())
        both(1, 1)

        assert synchronous() == "on"


@pytest.mark.django_db(transaction=True)
def test_count_by_itself_leaves_the_connection_as_it_was() -> None:
    attempt("key", limit=1, window_seconds=DAY)

    assert synchronous() == "on"


def test_count_inside_a_verb_does_not_take_its_promise_from_it() -> None:
    """What is acknowledged has to be on the disk, however little the count itself matters."""
    with transaction.atomic():
        attempt("key", limit=1, window_seconds=DAY)

        assert synchronous() == "on"


def test_submission_is_on_the_disk_before_it_is_acknowledged(cast: Cast) -> None:
    with transaction.atomic():
        make_registration(cast.helix)

        assert synchronous() == "on"


@pytest.mark.django_db(transaction=True)
def test_control_relaxed_commit_inside_a_transaction_would_be_seen() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select set_config('synchronous_commit', 'off', true)")

        assert synchronous() == "off"
