"""Several workers at one list, and workers that die: every row is compared once, whoever does it."""

import io
import os
import signal
from collections import Counter
from collections.abc import Callable
from threading import current_thread
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from partners.lists import actions, work
from partners.lists.models import CompanyList, ListPortion, ListRow
from partners.lists.states import State
from prm.clocks.database import database_now
from tests.factories import Cast, make_account
from tests.meeting import Meeting
from tests.partners.test_races import at_once
from tests.processes import eventually, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PORTION", 5)


def started(cast: Cast, rows: int) -> CompanyList:
    content = "name\n" + "".join(f"Firma {number} Werke\n" for number in range(rows))
    given = actions.upload(file_name="theirs.csv", file=io.BytesIO(content.encode()), by=cast.pam, now=database_now())
    return actions.start(given=given, columns=["name"], by=cast.pam, now=database_now())


def numbers(given: CompanyList) -> list[int]:
    return list(ListRow.objects.filter(of=given).order_by("number").values_list("number", flat=True))


def is_done(given: CompanyList) -> bool:
    given.refresh_from_db()
    return given.state == State.DONE


def until_nothing_is_left() -> int:
    done = 0
    while work.assess_next():
        done += 1
    return done


def met(compared: Counter[Any], patience: float) -> Callable[[ListPortion], list[dict[str, Any]]]:
    """The same work, before which a worker waits for another one; counted by portion and worker."""
    real = work.compared

    def counted(portion: ListPortion) -> list[dict[str, Any]]:
        compared[portion.number] += 1
        compared[current_thread().name] += 1
        return real(portion)

    return Meeting(of=2, patience=patience).before(counted)


def test_two_workers_share_a_list(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_account("Firma 7 Werke")
    given = started(live_cast, 60)
    compared: Counter[Any] = Counter()
    monkeypatch.setattr(work, "compared", met(compared, patience=20))

    at_once(until_nothing_is_left, until_nothing_is_left)

    portions = {number: count for number, count in compared.items() if isinstance(number, int)}
    workers = [count for name, count in compared.items() if isinstance(name, str)]
    assert portions == dict.fromkeys(range(12), 1)
    assert (len(workers), sum(workers)) == (2, 12)
    assert numbers(given) == list(range(2, 62))
    assert is_done(given)


def both_at_the_last_portion(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, patience: float
) -> tuple[Counter[Any], list[str]]:
    started(cast, 5)
    compared: Counter[Any] = Counter()
    monkeypatch.setattr(work, "compared", met(compared, patience))

    def one() -> str:
        try:
            work.assess_next()
        except IntegrityError as error:
            return str(error).partition('"')[2].partition('"')[0]
        return ""

    return compared, [str(answer) for answer in at_once(one, one)]


def test_one_portion_is_done_by_one_worker(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    compared, refused = both_at_the_last_portion(live_cast, monkeypatch, patience=1)

    assert (compared[0], refused) == (1, ["", ""])


def test_without_the_lock_both_would_do_it(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control; the database still keeps the results of one of them alone."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    compared, refused = both_at_the_last_portion(live_cast, monkeypatch, patience=20)

    assert (compared[0], sorted(refused)) == (2, ["", "list_row_once"])
    assert ListRow.objects.count() == 5


def test_list_goes_on_after_its_worker_was_killed(live_cast: Cast) -> None:
    """Killed in the middle, again and again; what is committed stands, what is not is done by the next one."""
    for number in range(20):
        make_account(f"Firma {number} Werke")
    given = started(live_cast, 300)

    for least in (15, 60, 120):
        with running("manage.py", "relay", "--loop") as worker:
            assert eventually(lambda least=least: len(numbers(given)) >= least), worker.log
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        done = ListPortion.objects.filter(of=given, done=True).count()
        assert len(numbers(given)) == 5 * done < 300
    with running("manage.py", "relay", "--loop"), running("manage.py", "relay", "--loop"):
        assert eventually(lambda: is_done(given))

    assert numbers(given) == list(range(2, 302))
    assert ListRow.objects.filter(of=given, band__in=["block", "review"]).count() >= 20


def test_last_portions_that_end_at_once_end_the_list(live_cast: Cast) -> None:
    """Neither of the two sees that the other one is done; whoever comes next says so."""
    given = started(live_cast, 5)
    ListPortion.objects.filter(of=given).update(done=True)
    other = started(live_cast, 5)

    until_nothing_is_left()

    assert is_done(given)
    assert is_done(other)
