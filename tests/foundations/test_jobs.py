"""Long work: portion by portion, resumed after whatever ends a process, never done twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.jobs import actions
from prm.jobs.actions import MOST_ATTEMPTS, start, work
from prm.jobs.models import Job
from prm.jobs.selectors import newest_of
from prm.jobs.sockets import KINDS, Kind
from prm.notices import relay

pytestmark = pytest.mark.django_db


class Diary:
    """A kind of work that writes down what it did, in the database, so that what is rolled back is not there."""

    def __init__(self) -> None:
        self.breaks: set[int] = set()
        self.ends: list[str] = []

    def portion(self, job: Job, now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("insert into diary values (%s)", [job.done])
        if job.done in self.breaks:
            raise RuntimeError("it broke\nin the middle")

    def done(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("select number from diary order by number")
            return [number for (number,) in cursor.fetchall()]


@pytest.fixture
def diary(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    with connection.cursor() as cursor:
        cursor.execute("create table diary (number integer)")
    kept = Diary()
    kind = Kind(
        portion=kept.portion,
        failed=lambda job, _now: kept.ends.append(f"failed {job.done}"),
        finished=lambda job, _now: kept.ends.append(f"finished {job.done}"),
    )
    monkeypatch.setitem(KINDS._entries, "diary", kind)
    yield kept
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists diary")


def begin(total: int = 3, subject: str = "thing_1") -> Job:
    return start(kind="diary", subject_id=subject, total=total, by=None, now=database_now())


def until_nothing_is_left() -> int:
    turns = 0
    while work():
        turns += 1
    return turns


def test_work_is_done_portion_by_portion(diary: Diary) -> None:
    job = begin(total=3)

    first = work()
    job.refresh_from_db()
    assert (first, job.done, job.percent, job.is_unfinished) == (1, 1, 33, True)

    until_nothing_is_left()
    job.refresh_from_db()
    assert (diary.done(), diary.ends) == ([0, 1, 2], ["finished 3"])
    assert (job.done, job.percent, job.is_unfinished, job.failed_at) == (3, 100, False, None)


def test_work_without_portions_is_finished_at_once(diary: Diary) -> None:
    job = begin(total=0)

    assert (work(), work()) == (1, 0)
    assert (diary.done(), diary.ends, job.percent) == ([], ["finished 0"], 100)


def test_older_work_comes_first(diary: Diary) -> None:
    first, second = begin(subject="thing_1"), begin(subject="thing_2")

    work()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.done, second.done) == (1, 0)


def test_same_subject_is_worked_on_once_at_a_time(diary: Diary) -> None:
    begin(total=1)
    with pytest.raises(StateConflict):
        begin(total=1)

    until_nothing_is_left()

    assert begin(total=1).pk


def test_newest_work_of_a_subject_is_found(diary: Diary) -> None:
    begin(total=0)
    work()
    newest = begin(total=5)

    assert newest_of("thing_1") == newest
    assert newest_of("thing_2") is None


def test_unknown_kind_is_refused(db: None) -> None:
    with pytest.raises(KeyError):
        start(kind="unheard", subject_id="x", total=1, by=None, now=database_now())


def test_broken_portion_leaves_nothing_and_is_tried_again(diary: Diary) -> None:
    job = begin(total=3)
    diary.breaks = {1}
    work()

    assert work() == 0
    job.refresh_from_db()
    assert (diary.done(), job.done, job.attempts) == ([0], 1, 1)
    assert job.last_error == "RuntimeError: it broke"

    diary.breaks = set()
    until_nothing_is_left()
    job.refresh_from_db()
    assert (diary.done(), job.attempts, job.last_error) == ([0, 1, 2], 0, "")


def test_portion_that_breaks_every_time_is_given_up(diary: Diary) -> None:
    job = begin(total=2)
    diary.breaks = {0}
    for _ in range(MOST_ATTEMPTS + 1):
        work()

    job.refresh_from_db()
    assert (diary.done(), diary.ends) == ([], ["failed 0"])
    assert (job.attempts, job.failed_at is not None, job.is_unfinished) == (MOST_ATTEMPTS, True, False)
    assert work() == 0


def test_work_that_is_given_up_lets_the_next_one_through(diary: Diary) -> None:
    stuck = begin(subject="thing_1")
    begin(subject="thing_2", total=1)
    Job.objects.filter(pk=stuck.pk).update(attempts=MOST_ATTEMPTS)

    until = [work() for _ in range(2)]

    assert until == [0, 1]
    assert diary.ends == ["failed 0", "finished 1"]


def test_relay_does_long_work(diary: Diary) -> None:
    begin(total=2)
    while relay.run():
        continue

    assert diary.done() == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_portions_in_parallel_are_each_done_once(diary: Diary) -> None:
    begin(total=12)

    def labour(_number: int) -> None:
        try:
            while Job.objects.unfinished().exists():
                work()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(labour, range(4)))

    assert diary.done() == list(range(12))
    assert diary.ends == ["finished 12"]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_a_portion_is_done_twice(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read the job before either writes."""
    job = begin(total=1)
    read = Barrier(2)

    def unlocked(_number: int) -> None:
        try:
            with transaction.atomic():
                found = Job.objects.get(pk=job.pk)
                read.wait(timeout=20)
                diary.portion(found, database_now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(unlocked, range(2)))

    assert diary.done() == [0, 0]


@pytest.mark.django_db(transaction=True)
def test_work_that_another_has_in_hand_is_left_to_it(diary: Diary) -> None:
    first, second = begin(total=1, subject="thing_1"), begin(total=1, subject="thing_2")

    def elsewhere() -> list[int]:
        try:
            return [work(), work()]
        finally:
            connection.close()

    with actions.in_hand(first.pk) as mine, ThreadPoolExecutor(1) as pool:
        done = pool.submit(elsewhere).result(timeout=30)

    assert (mine, done) == (True, [1, 0])
    first.refresh_from_db()
    second.refresh_from_db()
    assert ((first.done, first.attempts), second.done) == ((0, 0), 1)


def test_claim_is_counted_before_the_portion_is_tried(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portion may take its process down, and leaves no word then."""
    job = begin(total=1)
    monkeypatch.setattr(actions, "_portion", lambda _pk, _now: 0)
    work()

    job.refresh_from_db()
    assert job.attempts == 1
