"""Sweeps that run at the same time, in threads and in processes. The control shows that the tests can fail."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from deals.protections import actions
from deals.registrations import notices
from deals.registrations.models import Registration, RegistrationQuerySet
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.factories import Cast, make_approved, make_asked
from tests.processes import eventually, said, start

LONG_AGO = timedelta(days=120)
PARALLEL = 10
EACH = 6


@pytest.fixture
def overdue(live_cast: Cast) -> list[Registration]:
    """Protections that ended weeks ago, and questions that nobody answered."""
    past = database_now() - LONG_AGO
    protected = [make_approved(live_cast.helix, now=past) for _ in range(EACH)]
    asked = [make_asked(live_cast.orbit) for _ in range(EACH)]
    Registration.objects.filter(state="asked").update(answer_due_at=past)
    return protected + asked


def in_threads(sweep: object) -> list[int]:
    """What each of PARALLEL sweeps returned that began together."""
    ready, now = Barrier(PARALLEL), database_now()

    def one(_number: int) -> int:
        ready.wait(timeout=20)
        try:
            return sweep(now=now)  # type: ignore[operator, no-any-return]
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(one, range(PARALLEL)))


def events(*kinds: str) -> Counter[str]:
    """How many events each registration has."""
    return Counter(Event.objects.filter(kind__in=kinds).values_list("subject_id", flat=True))


def once(registrations: list[Registration]) -> dict[str, int]:
    return dict.fromkeys((registration.public_id for registration in registrations), 1)


def assert_ended_once(overdue: list[Registration], cast: Cast) -> None:
    assert Counter(Registration.objects.values_list("state", flat=True)) == {"expired": EACH, "lapsed": EACH}
    assert events("deal.expired", "deal.lapsed") == once(overdue)
    told = Notice.objects.filter(kind__in=["deal.expired", "deal.lapsed"])
    assert Counter(told.values_list("user__email", flat=True)) == {
        cast.pam.email: 2 * EACH,
        cast.helix.rep.email: EACH,
        cast.orbit.rep.email: EACH,
    }


def test_expire_due_in_ten_threads_ends_each_registration_once(live_cast: Cast, overdue: list[Registration]) -> None:
    versions = dict(Registration.objects.values_list("pk", "version"))
    assert sum(in_threads(actions.expire_due)) == len(overdue)
    assert_ended_once(overdue, live_cast)
    assert dict(Registration.objects.values_list("pk", "version")) == {pk: n + 1 for pk, n in versions.items()}


def test_expire_due_without_its_claim_ends_them_more_than_once(
    overdue: list[Registration], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: rows that are only read, by everybody before anybody writes."""
    read = Barrier(PARALLEL)

    def look(rows: RegistrationQuerySet) -> list[notices.Ended]:
        found = [notices.Ended(*row) for row in rows.order_by("pk").values_list(*notices.ENDED)]
        if found:
            read.wait(timeout=20)
        return found

    monkeypatch.setattr(actions, "_ending", look)
    monkeypatch.setattr(actions, "_in_batches", lambda batch: batch())
    assert sum(in_threads(actions.expire_due)) == PARALLEL * len(overdue)
    assert set(events("deal.expired", "deal.lapsed").values()) == {PARALLEL}


def test_remind_due_in_ten_threads_reminds_once(live_cast: Cast) -> None:
    deals = [make_approved(live_cast.helix) for _ in range(EACH)]
    Registration.objects.update(next_reminder_at=database_now() - timedelta(days=1))
    Registration.objects.update(protected_until=database_now() + timedelta(days=2))
    assert sum(in_threads(actions.remind_due)) == EACH
    assert events("deal.reminded") == once(deals)
    assert Notice.objects.filter(kind="deal.reminded").count() == EACH


def test_expire_due_in_two_processes_at_once_ends_each_registration_once(
    live_cast: Cast, overdue: list[Registration]
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Nobody reads before both are there.
            cursor.execute(f"lock table {Registration._meta.db_table} in access exclusive mode")
        sweeps = [start("manage.py", "expire_due") for _ in range(2)]
        assert eventually(lambda: waiting_for_the_table() == 2)
    counted = [int(said(sweep).split()[0]) for sweep in sweeps]
    assert sum(counted) == len(overdue)
    assert_ended_once(overdue, live_cast)


def waiting_for_the_table() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(distinct pid) from pg_locks where not granted and relation = %s::regclass",
            [Registration._meta.db_table],
        )
        return int(cursor.fetchone()[0])
