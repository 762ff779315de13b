"""Jobs leave a note of their success, so that a watchman sees which has fallen asleep."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from config.celery import app
from config.schedule import SCHEDULE
from prm.operations import rules, selectors
from prm.operations.actions import note_failure, note_success, run_of
from prm.operations.models import JobRun
from prm.operations.sockets import JOBS
from tests.factories import Cast
from tests.processes import eventually, running

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("last", "late"),
    [
        (None, True),
        (NOW, False),
        (NOW - 2 * HOUR, False),
        (NOW - 2 * HOUR - timedelta(seconds=1), True),
        (NOW + HOUR, False),
    ],
)
def test_job_is_late_after_two_periods(last: datetime | None, late: bool) -> None:
    assert rules.is_late(last, HOUR, NOW) is late


def test_job_of_every_few_seconds_is_given_two_minutes() -> None:
    period = timedelta(seconds=5)

    assert not rules.is_late(NOW - timedelta(minutes=2), period, NOW)
    assert rules.is_late(NOW - timedelta(minutes=2, seconds=1), period, NOW)


@pytest.mark.parametrize(
    ("succeeded", "failed", "failing"),
    [(None, None, False), (NOW, None, False), (None, NOW, True), (NOW, NOW - HOUR, False), (NOW - HOUR, NOW, True)],
)
def test_newest_news_says_whether_a_job_fails(
    succeeded: datetime | None, failed: datetime | None, failing: bool
) -> None:
    assert rules.is_failing(succeeded, failed) is failing


def test_schedule_and_page_know_the_same_jobs() -> None:
    assert {job.name: job.period.total_seconds() for job in JOBS} == {
        name: entry["schedule"] for name, entry in SCHEDULE.items()
    }


@pytest.mark.parametrize("name", SCHEDULE)
def test_task_of_the_schedule_notes_its_success(db: None, name: str) -> None:
    """The task's own function, as a worker would call it."""
    app.loader.import_default_modules()
    app.tasks[SCHEDULE[name]["task"]].run()

    run = JobRun.objects.get(name=name)
    assert run.succeeded_at is not None
    assert run.failed_at is None


@pytest.mark.parametrize(
    ("command", "name"), [("relay", "relay"), ("expire_due", "expire-due"), ("remind_due", "remind-due")]
)
def test_command_from_a_cron_table_counts_as_well(cast: Cast, command: str, name: str) -> None:
    call_command(command)

    assert JobRun.objects.filter(name=name, succeeded_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_relay_that_loops_says_that_it_lives() -> None:
    with running("manage.py", "relay", "--loop"):
        assert eventually(lambda: JobRun.objects.filter(name="relay", succeeded_at__isnull=False).exists())


def test_failure_is_noted_and_goes_on(db: None) -> None:
    with pytest.raises(ZeroDivisionError), run_of("sweep"):
        _ = 1 / 0

    run = JobRun.objects.get(name="sweep")
    assert (run.succeeded_at, run.last_error) == (None, "ZeroDivisionError: division by zero")


def test_failure_says_its_first_line_and_no_more(db: None) -> None:
    note_failure("sweep", ValueError("x" * 500 + "\nsecret of the second line"))

    text = JobRun.objects.get(name="sweep").last_error
    assert len(text) == 200
    assert "secret" not in text


@pytest.mark.parametrize("error", [ValueError(""), ValueError("\n\n")])
def test_failure_without_words_has_its_kind(db: None, error: Exception) -> None:
    note_failure("sweep", error)

    assert JobRun.objects.get(name="sweep").last_error.startswith("ValueError")


def test_success_after_a_failure_is_noted_at_once(db: None) -> None:
    note_success("sweep")
    note_failure("sweep", ValueError("boom"))
    note_success("sweep")

    run = JobRun.objects.get(name="sweep")
    assert run.last_error == ""
    assert run.succeeded_at
    assert run.failed_at
    assert run.succeeded_at > run.failed_at


def test_busy_job_writes_seldom(db: None) -> None:
    note_success("relay")
    first = JobRun.objects.get(name="relay").succeeded_at
    for _pass in range(5):
        note_success("relay")

    assert JobRun.objects.get(name="relay").succeeded_at == first


def test_old_note_is_written_again(db: None) -> None:
    note_success("relay")
    JobRun.objects.update(succeeded_at=NOW - timedelta(days=9000))
    note_success("relay")

    run = JobRun.objects.get(name="relay")
    assert run.succeeded_at is not None
    assert run.succeeded_at > NOW - timedelta(days=9000)


@pytest.mark.django_db(transaction=True)
def test_parallel_notes_make_one_row() -> None:
    def note(number: int) -> None:
        try:
            note_success("sweep") if number % 2 else note_failure("sweep", ValueError(str(number)))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(40)))

    assert JobRun.objects.filter(name="sweep").count() == 1


@pytest.mark.django_db(transaction=True)
def test_database_that_is_away_is_the_failure_that_is_told() -> None:
    """What the job met goes on; that no note could be taken of it does not hide it."""

    def work() -> None:
        with run_of("sweep"), connection.cursor() as cursor:
            cursor.execute("set default_transaction_read_only = on")
            cursor.execute("select * from no_such_table")

    with pytest.raises(DatabaseError, match="no_such_table"):
        work()
    connection.close()

    assert not JobRun.objects.filter(name="sweep").exists()


def test_states_of_all_jobs_are_told_also_of_those_that_never_ran(db: None) -> None:
    note_success("relay")
    note_failure("expire-due", ValueError("boom"))

    states = {state.job.name: state for state in selectors.jobs(datetime.now(UTC))}

    assert list(states) == list(SCHEDULE)
    assert (states["relay"].late, states["relay"].failing) == (False, False)
    assert (states["expire-due"].late, states["expire-due"].failing) == (True, True)
    assert (states["remind-due"].late, states["remind-due"].failing) == (True, False)
