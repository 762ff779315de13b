"""How a long export is made: in portions, resumed after whatever ends a process, and forgotten in time."""

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from partners.models import Account
from prm.clocks.database import database_now
from prm.errors import TooOften
from prm.exports import portions
from prm.exports.actions import ask, forget_old
from prm.exports.models import ABANDONED, KEPT, Export, ExportPart
from prm.exports.states import State
from prm.exports.tasks import forget_old_exports
from prm.exports.views import _content
from prm.jobs.actions import MOST_ATTEMPTS, work
from prm.jobs.models import Job
from prm.notices.models import Notice
from prm.operations.models import JobRun
from tests.exports.conftest import finish_work, table
from tests.factories import Cast, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("short")]


def asked(cast: Cast, file: str = "csv", query: str = "") -> Export:
    return ask(listing="accounts", file=file, query=query, organisation=cast.vendor, by=cast.admin, now=database_now())


def names(export: Export) -> list[str]:
    return [row[1] for row in table(b"".join(_content(export)))[1:]]


@pytest.fixture
def customers(cast: Cast) -> list[str]:
    made = [f"Customer {letter} Works" for letter in "ABCDE"]
    for name in made:
        make_account(name)
    return made


def test_portions_are_counted_when_the_rows_are_known(cast: Cast, customers: list[str]) -> None:
    asked(cast)
    assert work() == 1
    job = Job.objects.get()

    assert (job.done, job.total) == (1, 4)
    assert [len(keys) for keys in ExportPart.objects.order_by("number").values_list("keys", flat=True)] == [2, 2, 1]
    assert finish_work() == 3


def test_rows_that_come_meanwhile_are_not_in_it_and_none_is_doubled(cast: Cast, customers: list[str]) -> None:
    """The list is that of the moment when it was begun."""
    export = asked(cast)
    work()
    make_account("Aardvark Works")
    work()
    make_account("Before All Works")
    finish_work()

    assert names(export) == customers


def test_rows_that_are_gone_are_left_out(cast: Cast, customers: list[str]) -> None:
    export = asked(cast)
    work()
    Account.objects.get(name=customers[4]).delete()
    finish_work()

    assert names(export) == customers[:4]


def test_list_that_became_empty_is_an_empty_file(cast: Cast) -> None:
    exports = [asked(cast, file) for file in ("csv", "xlsx")]
    finish_work()

    assert [Export.objects.get(pk=export.pk).state for export in exports] == [State.READY, State.READY]
    assert names(exports[0]) == []
    assert b"".join(_content(exports[1])).startswith(b"PK")


@pytest.mark.parametrize("file", ["csv", "xlsx"])
@pytest.mark.parametrize("broken", [0, 1, 2, 3])
def test_portion_that_fails_is_tried_again_and_nothing_is_doubled(
    cast: Cast, customers: list[str], file: str, broken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = asked(cast, file, "q=works")
    finish_work()
    export = asked(cast, file)
    real, tries = portions._of, [0]

    def dies(job: Job) -> Export | None:
        if job.done == broken and tries[0] < 2:
            tries[0] += 1
            portions.ExportPart.objects.filter(of=real(job)).delete()
            raise ConnectionError("the worker is gone")
        return real(job)

    monkeypatch.setattr(portions, "_of", dies)
    for _turn in range(20):
        work()

    assert tries == [2]
    assert Export.objects.get(pk=export.pk).state == State.READY
    if file == "csv":
        assert names(export) == names(control) == customers
    else:
        assert export.parts.count() == control.parts.count()


def test_work_that_is_given_up_is_told(cast: Cast, customers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    export = asked(cast)

    def fails(_job: Job, _now: object) -> None:
        raise ValueError("never")

    monkeypatch.setattr(portions, "_keep_keys", lambda *_given: fails(*_given))
    for _turn in range(MOST_ATTEMPTS + 2):
        work()
    export.refresh_from_db()

    assert (export.state, export.parts.count()) == (State.FAILED, 0)
    assert [notice.title for notice in Notice.objects.all()] == ["Your export could not be made: accounts.csv"]
    assert asked(cast).pk != export.pk


def test_export_that_was_forgotten_meanwhile_ends_its_work(cast: Cast, customers: list[str]) -> None:
    """As after a restored backup, which holds the work but not the export."""
    export = asked(cast)
    work()
    export.delete()
    finish_work()

    assert Job.objects.unfinished().count() == 0
    assert Notice.objects.count() == 0


def test_failure_of_what_was_forgotten_is_nobodys(cast: Cast, customers: list[str]) -> None:
    export = asked(cast)
    job = Job.objects.get()
    export.delete()
    portions.failed(job, database_now())
    portions.finished(job, database_now())

    assert Notice.objects.count() == 0


def test_large_workbook_is_kept_in_pieces(cast: Cast, customers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "PIECE", 1_000)
    export = asked(cast, "xlsx")
    finish_work()
    pieces = list(portions.contents(export))

    assert len(pieces) > 3
    assert {len(piece) for piece in pieces[:-1]} == {1_000}
    assert export.parts.count() == len(pieces)


def test_what_waits_for_a_day_is_deleted(cast: Cast, customers: list[str]) -> None:
    now = database_now()
    ready, late = asked(cast, query="q=c"), asked(cast, query="q=d")
    finish_work()
    stuck, young = asked(cast, query="q=a"), asked(cast, query="q=b")
    Export.objects.filter(pk=ready.pk).update(made_at=now - KEPT + timedelta(minutes=1))
    Export.objects.filter(pk=late.pk).update(made_at=now - KEPT)
    Export.objects.filter(pk=stuck.pk).update(created_at=now - ABANDONED)

    assert forget_old(now=now) == 2
    assert forget_old(now=now) == 0
    assert set(Export.objects.values_list("pk", flat=True)) == {ready.pk, young.pk}
    assert set(ExportPart.objects.values_list("of", flat=True)) <= {ready.pk, young.pk}


def test_sweep_notes_that_it_ran(cast: Cast) -> None:
    forget_old_exports()

    assert JobRun.objects.get(name="forget-old-exports").succeeded_at is not None


def test_database_refuses_what_the_product_never_writes(cast: Cast, customers: list[str]) -> None:
    export = asked(cast)
    changes: list[dict[str, object]] = [{"state": "nonsense"}, {"file": "pdf"}, {"state": State.READY}]
    changes.append({"made_at": database_now()})
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            Export.objects.filter(pk=export.pk).update(**change)
    export.pk, export.public_id = None, "exp_other"
    with pytest.raises(IntegrityError), transaction.atomic():
        export.save(force_insert=True)


def test_memory_does_not_grow_with_the_file(cast: Cast) -> None:
    """Parts are unpacked one by one while the file is sent."""
    export = asked(cast)
    for number in range(40):
        noise = os.urandom(60_000).hex()
        ExportPart.objects.create(of=export, number=number, content=zlib.compress(noise.encode()))
    read = portions.contents(export)

    assert len(next(read)) > 50_000
    assert sum(len(content) for content in read) > 2_000_000


@pytest.mark.django_db(transaction=True)
def test_many_that_ask_at_once_get_two_places(live_cast: Cast) -> None:
    for number in range(5):
        make_account(f"Customer {number} Works")

    def one(number: int) -> str:
        try:
            return asked(live_cast, query=f"q=works+{number % 4}").public_id
        except TooOften:
            return "too often"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(8)))

    assert Export.objects.count() == 2
    assert len(set(answers) - {"too often"}) == 2


@pytest.mark.django_db(transaction=True)
def test_many_workers_make_one_file(live_cast: Cast) -> None:
    made = [f"Customer {letter} Works" for letter in "ABCDEFGH"]
    for name in made:
        make_account(name)
    export = asked(live_cast)

    def worker(_number: int) -> int:
        try:
            return finish_work()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))
    finish_work()

    assert Export.objects.get(pk=export.pk).state == State.READY
    assert names(export) == made
