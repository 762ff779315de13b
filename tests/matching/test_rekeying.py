"""A changed engine: all records get new keys while the service goes on, by whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier, Event

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from partners.customers.actions import update_account
from partners.models import Account
from prm.clocks.database import database_now
from prm.matching import ENGINE_VERSION, normalise, rekeying, stored_keys
from prm.matching.models import MatchKey, MatchRecord
from prm.matching.tasks import rekey_stale
from prm.matching.versions import REKEY, hold_version
from tests.factories import Cast, make_account, make_cast, make_product, make_registration
from tests.matching.stored import stored, strays

NAMES = ("Garden", "Quarry", "Meadow", "Orchard", "Harbour")


def customers() -> list[Account]:
    return [make_account(f"Nordlicht {name}", country="DE") for name in NAMES]


def age(*records: int, source: str = "account") -> None:
    """As the change of tables left them: known to an engine before, under no key of this one."""
    MatchKey.objects.filter(record_id__in=records).delete()
    behind = MatchRecord.objects.filter(source=source, record_id__in=records)
    behind.update(version=ENGINE_VERSION - 1, form="[]", keys=[])


def is_new(account: Account) -> bool:
    row = MatchRecord.objects.get(source="account", record_id=account.pk)
    return row.version == ENGINE_VERSION and stored("account", account.pk) == stored_keys(normalise(account.identity))


@pytest.mark.django_db
class TestRekey:
    def test_every_record_of_every_source_gets_the_keys_of_this_engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rekeying, "BATCH", 2)
        accounts = customers()
        deal = make_registration(make_cast().helix, make_product("edge"), customer_name="Nordlicht Zeta")
        age(*(each.pk for each in accounts))
        age(deal.pk, source="registration")

        done = rekeying.rekey()

        assert done == len(NAMES) + 1
        assert all(map(is_new, accounts))
        assert stored("registration", deal.pk) == stored_keys(normalise(deal.identity))
        assert strays() == set()
        assert not rekeying.stale_exists()

    def test_records_of_this_engine_are_left_alone(self) -> None:
        first = customers()[0]
        age(first.pk)

        assert (rekeying.rekey(), rekeying.rekey()) == (1, 0)

    def test_who_cannot_be_found_is_not_made_findable(self) -> None:
        customers()
        MatchRecord.objects.all().delete()

        assert (rekeying.stale_exists(), rekeying.rekey()) == (False, 0)

    def test_record_that_is_gone_is_forgotten(self) -> None:
        customers()
        MatchRecord.objects.create(source="account", record_id=2**30, version=1, form="[]", keys=[7])

        rekeying.rekey()

        assert not MatchRecord.objects.filter(record_id=2**30).exists()

    def test_some_batches_are_done_and_the_rest_next_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rekeying, "BATCH", 2)
        age(*(each.pk for each in customers()))

        assert [rekeying.rekey(batches=1) for _ in range(4)] == [2, 2, 1, 0]

    def test_whoever_dies_loses_one_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rekeying, "BATCH", 2)
        accounts = customers()
        age(*(each.pk for each in accounts))
        real = rekeying.index_many

        def dies_at_the_third(source: str, records: list[tuple[int, object]]) -> None:
            if accounts[2].pk in dict(records):
                raise KeyboardInterrupt
            real(source, records)  # type: ignore[arg-type]

        monkeypatch.setattr(rekeying, "index_many", dies_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            rekeying.rekey()
        monkeypatch.setattr(rekeying, "index_many", real)

        assert [is_new(each) for each in accounts[:3]] == [True, True, False]
        assert rekeying.rekey() == 3

    def test_one_look_tells_whether_anything_is_behind(self) -> None:
        customers()
        with CaptureQueriesContext(connection) as queries:
            rekeying.stale_exists()
        with connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
            cursor.execute(f"explain {queries[0]['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())

        assert len(queries) == 1
        assert "match_record_version" in plan

    def test_sweep_catches_what_an_older_process_wrote(self) -> None:
        accounts = customers()
        assert rekey_stale() == 0
        age(accounts[1].pk)

        assert rekey_stale() == 1
        assert is_new(accounts[1])

    def test_number_of_statements_does_not_follow_the_number_of_records(self) -> None:
        accounts = customers()
        age(accounts[0].pk)
        with CaptureQueriesContext(connection) as one:
            rekeying.rekey()
        age(*(each.pk for each in accounts))
        with CaptureQueriesContext(connection) as many:
            rekeying.rekey()

        assert len(one) == len(many)


@pytest.mark.django_db(transaction=True)
class TestAmongOthers:
    def test_upgrade_keys_anew_and_says_so(self) -> None:
        accounts = customers()
        age(*(each.pk for each in accounts))
        out, again = StringIO(), StringIO()

        call_command("upgrade", stdout=out)
        call_command("upgrade", stdout=again)

        assert "Match keys" in out.getvalue()
        assert "Match keys" not in again.getvalue()
        assert all(map(is_new, accounts))

    def test_several_at_once_do_it_once_and_completely(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rekeying, "BATCH", 2)
        accounts = customers()
        age(*(each.pk for each in accounts))
        together = Barrier(3)

        def work(_number: int) -> None:
            try:
                together.wait(timeout=30)
                rekeying.rekey()
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(work, range(3)))
        rekeying.rekey()

        assert all(map(is_new, accounts))
        assert strays() == set()

    def test_row_that_somebody_is_changing_is_left_to_its_verb(self, live_cast: Cast) -> None:
        first, second, *_rest = customers()
        age(first.pk, second.pk)
        changing, keyed = Event(), Event()

        def change() -> None:
            try:
                with transaction.atomic():
                    values = {"name": "Zebra Works"}
                    update_account(account=first, values=values, by=live_cast.admin, now=database_now())
                    changing.set()
                    keyed.wait(timeout=30)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as threads:
            changed = threads.submit(change)
            changing.wait(timeout=30)
            done = rekeying.rekey()
            keyed.set()
            changed.result()
        first.refresh_from_db()

        assert done == 1
        assert is_new(second)
        assert is_new(first)
        assert stored("account", first.pk) == stored_keys(normalise(first.identity))

    @pytest.mark.parametrize("holds", [True, False], ids=["held", "control: not held"])
    def test_a_change_of_engine_waits_for_who_writes_keys(self, holds: bool) -> None:
        writing, written = Event(), Event()

        def write() -> None:
            try:
                with transaction.atomic():
                    if holds:
                        hold_version()
                    writing.set()
                    written.wait(timeout=30)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as threads:
            writer = threads.submit(write)
            writing.wait(timeout=30)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select pg_try_advisory_xact_lock(%s::bigint)", [REKEY])
                was_free = cursor.fetchone()[0]
            written.set()
            writer.result()

        assert was_free is not holds
        rekeying.wait_for_writers()

    def test_every_writer_of_keys_holds_the_version(self) -> None:
        with transaction.atomic():
            make_account("Nordlicht")
            with connection.cursor() as cursor:
                cursor.execute(
                    "select mode from pg_locks where locktype = 'advisory' and objid = %s and pid = pg_backend_pid()",
                    [REKEY],
                )
                modes = cursor.fetchall()

        assert modes == [("ShareLock",)]
