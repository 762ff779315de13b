"""Locks over a customer: whoever could block each other wait for each other, strangers do not, nobody forever."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from psycopg.errors import DeadlockDetected, LockNotAvailable

from prm import matching
from prm.matching import Band, Identity, normalise, score, stored_keys, strong_keys
from prm.matching.locks import lock_customer, lock_numbers
from prm.matching.models import MatchKey
from prm.matching.rules import ALWAYS_REVIEW, BLOCK_FROM, NOTABLE_FROM, REVIEW_FROM, deciding
from prm.matching.versions import REKEY, hold_version
from tests.portal.holding import PATIENCE, away, impatient, meanwhile, unfinished

ACME = Identity("Acme Spedition GmbH", "DE", "Hamburg", "acme.de", "", "DE136695976")
BOLT = Identity("Bolt Ltd", "GB", "Leeds", "bolt.co.uk")
VAT, OTHER_VAT = "DE136695976", "DE129273398"

# Each blocks by another rule; the last needs the words alone.
BLOCKING = {
    "tax number": (Identity("Acme", tax_number=VAT), Identity("Somebody Else", tax_number=VAT)),
    "domain": (Identity("Acme", website="acme.de"), Identity("Acme Spedition", website="www.acme.de/kontakt")),
    "mailbox": (Identity("Acme", email="ada@acme.de"), Identity("ACME", website="acme.de")),
    "name": (Identity("Acme Spedition", "DE"), Identity("ACME-Spedition AG", "DE")),
    "name in one word": (Identity("Acme Spedition", "DE"), Identity("Acmespedition", "DE")),
    "former name": (Identity("Acme", "DE"), Identity("Bolt", "DE", former_names=("ACME GmbH",))),
    "words": (
        Identity("Nordlicht Spedition Acme", "DE", "Hamburg"),
        Identity("Acme Nordlicht Spedition", "DE", "Hamburg"),
    ),
}
# They have a word, a beginning or a place in common, as thousands do.
STRANGERS = {
    "common words": (Identity("University of Hamburg", "DE"), Identity("University of Bremen", "DE")),
    "rare word": (Identity("Nordlicht Logistik", "DE"), Identity("Nordlicht Apotheke", "DE")),
    "mailbox that anybody has": (Identity("Acme", email="a@gmail.com"), Identity("Bolt", email="b@gmail.com")),
    "part of the name": (Identity("Nordlicht Logistik", "DE"), Identity("Nordlicht Logistik Service", "DE")),
    "one mistake": (Identity("Nordlicht Logistik", "DE"), Identity("Nordlciht Logistik", "DE")),
}


def locked_together(one: Identity, other: Identity, block_from: float = BLOCK_FROM) -> bool:
    ours, theirs = (set(lock_numbers(identity, block_from=block_from)) for identity in (one, other))
    return not ours.isdisjoint(theirs)


@pytest.mark.parametrize("how", BLOCKING)
def test_who_blocks_each_other_has_a_lock_in_common(how: str) -> None:
    one, other = BLOCKING[how]

    assert score(one, other).band == Band.BLOCK
    assert locked_together(one, other)


@pytest.mark.parametrize("how", STRANGERS)
def test_strangers_have_no_lock_in_common(how: str) -> None:
    one, other = STRANGERS[how]

    assert score(one, other).band != Band.BLOCK
    assert not locked_together(one, other)


SAID = """
    acme nordlicht spedition university of hamburg bremen deutsche bank group holding gmbh ag s.a. & the
    international intl аcme Müller mueller 株式会社 dba (germany) formerly abc
"""
WORDS = st.sampled_from(SAID.split())
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def typed(names: st.SearchStrategy[str]) -> st.SearchStrategy[Identity]:
    return st.builds(
        Identity,
        name=names,
        country=st.sampled_from(["", "DE", "DE", "AT"]),
        city=st.sampled_from(["", "Hamburg", "Bremen"]),
        website=st.sampled_from(["", "acme.de", "www.acme.de", "acme.com", "nordlicht.de", "gmail.com"]),
        email=st.sampled_from(["", "ada@acme.de", "ada@gmail.com"]),
        tax_number=st.sampled_from(["", VAT, "136695976", OTHER_VAT]),
        former_names=st.lists(names, max_size=2).map(tuple),
    )


def spellings(name: str) -> st.SearchStrategy[str]:
    joined = st.sampled_from([name, name.upper(), name.replace(" ", ""), f"{name} GmbH"])
    return st.one_of(joined, st.permutations(name.split()).map(" ".join), NAMES)


# Typed from few words and facts, so that many of them block each other.
PAIRS = NAMES.flatmap(lambda name: st.tuples(typed(spellings(name)), typed(spellings(name))))


# One example is enough; it need not be the smallest.
AT_ONCE = settings(max_examples=5000, phases=[Phase.generate])


@settings(max_examples=600)
@given(PAIRS, st.sampled_from([BLOCK_FROM, ALWAYS_REVIEW, REVIEW_FROM, NOTABLE_FROM]))
def test_no_two_block_each_other_without_a_lock_in_common(pair: tuple[Identity, Identity], block_from: float) -> None:
    assert locked_together(*pair, block_from) or score(*pair).score < block_from


@settings(max_examples=600)
@given(PAIRS, st.sampled_from([BLOCK_FROM, ALWAYS_REVIEW]))
def test_whoever_blocks_is_found_by_deciding_keys_alone(pair: tuple[Identity, Identity], block_from: float) -> None:
    """What an own duplicate is looked for with."""
    one, other = map(normalise, pair)
    found = not deciding(one, block_from).isdisjoint(stored_keys(other))

    assert found or score(*pair).score < block_from


@pytest.mark.parametrize("how", ["part of the name", "one mistake"])
def test_where_likeness_blocks_those_who_are_alike_have_a_lock_in_common(how: str) -> None:
    one, other = STRANGERS[how]

    assert NOTABLE_FROM <= score(one, other).score <= ALWAYS_REVIEW
    assert locked_together(one, other, NOTABLE_FROM)


def test_control_some_would_do_without_the_locks_over_words() -> None:
    def slips_through(pair: tuple[Identity, Identity]) -> bool:
        strong = [strong_keys(normalise(identity)) for identity in pair]
        return strong[0].isdisjoint(strong[1]) and score(*pair).band == Band.BLOCK

    assert slips_through(find(PAIRS, slips_through, settings=AT_ONCE))


@given(st.lists(st.builds(Identity, name=NAMES, website=st.sampled_from(["", "acme.de"])), max_size=4))
def test_locks_are_taken_once_each_in_one_order_apart_from_the_numbers_of_the_product(found: list[Identity]) -> None:
    numbers = lock_numbers(*found)

    assert numbers == sorted(set(numbers)) == lock_numbers(*reversed(found))
    assert all(-(2**63) <= number < 0 for number in numbers)


def test_nothing_usable_has_no_locks() -> None:
    assert lock_numbers() == lock_numbers(Identity("…", "DE", "Hamburg")) == []


def test_a_customer_of_many_names_needs_a_bounded_number_of_locks() -> None:
    names = tuple(f"Harbour {number} Logistics" for number in range(20))

    assert len(lock_numbers(replace(ACME, former_names=names))) < 64


def waits(identity: Identity) -> bool:
    """Whether it has to wait for somebody; it gives up soon."""
    with impatient():
        try:
            lock_alone(identity)
        except OperationalError as error:
            return isinstance(error.__cause__, LockNotAvailable)
    return False


@transaction.atomic
def lock_alone(identity: Identity, level: str = "read committed") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set transaction isolation level {level}")
    lock_customer(identity)


def advisory_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
class TestWaiting:
    def test_who_could_be_the_same_waits_and_strangers_do_not(self) -> None:
        with unfinished(lambda: lock_customer(ACME)):
            assert waits(Identity("ACME SPEDITION", "DE"))
            assert waits(Identity("Anybody", website="acme.de"))
            assert not waits(BOLT)
            assert not waits(Identity("Acme Logistik", "DE", "Hamburg"))

        assert not waits(ACME)

    def test_each_of_several_identities_is_locked(self) -> None:
        with unfinished(lambda: lock_customer(ACME, BOLT)):
            assert waits(BOLT)

    def test_locks_end_with_what_was_rolled_back(self) -> None:
        with transaction.atomic():
            lock_customer(ACME)
            held = advisory_locks()
            transaction.set_rollback(True)

        assert (held, advisory_locks()) == (1 + len(lock_numbers(ACME)), 0)

    def test_outside_a_transaction_it_is_refused(self) -> None:
        with pytest.raises(TransactionManagementError, match="there is none"):
            lock_customer(ACME)

    @pytest.mark.parametrize("level", ["repeatable read", "serializable"])
    def test_with_a_snapshot_older_than_the_lock_it_is_refused(self, level: str) -> None:
        with pytest.raises(TransactionManagementError, match=level.upper()):
            lock_alone(ACME, level)

    @pytest.mark.parametrize(
        ("level", "seen"), [("read committed", 1), ("read uncommitted", 1), ("repeatable read", 0)]
    )
    def test_who_waited_sees_what_was_committed_unless_its_snapshot_is_older(self, level: str, seen: int) -> None:
        """The last of them is the control: why such transactions are refused."""

        def write() -> None:
            lock_customer(ACME)
            MatchKey.objects.create(record_id=1, key=1)

        def read() -> int:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"set transaction isolation level {level}")
                cursor.execute("select pg_advisory_xact_lock(%s)", [lock_numbers(ACME)[0]])
                return MatchKey.objects.count()

        assert meanwhile(write, read) == seen

    def test_making_keys_anew_keeps_decisions_waiting_and_they_not_each_other(self) -> None:
        with unfinished(lambda: lock_customer(BOLT)), transaction.atomic():
            hold_version()
        with unfinished(make_keys_anew):
            assert waits(ACME)


def make_keys_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [REKEY])


@pytest.mark.django_db(transaction=True)
class TestOrder:
    def test_crossing_sets_never_wait_in_a_circle(self) -> None:
        companies = [Identity(f"Harbour {number} Logistics", "DE", website=f"h{number}.de") for number in range(6)]
        together = Barrier(8)

        def work(seed: int) -> int:
            chance = random.Random(seed)
            together.wait(timeout=PATIENCE)
            for _round in range(15):
                with transaction.atomic():
                    lock_customer(*chance.sample(companies, 3))
            return 15

        with ThreadPoolExecutor(8) as pool:
            done = [pool.submit(away, lambda seed=seed: work(seed)) for seed in range(8)]

            assert sum(each.result(timeout=3 * PATIENCE) for each in done) == 8 * 15

    def test_control_one_after_another_they_do(self) -> None:
        together = Barrier(2)

        def work(first: Identity, second: Identity) -> type[Any] | None:
            try:
                with transaction.atomic():
                    lock_customer(first)
                    together.wait(timeout=PATIENCE)
                    lock_customer(second)
            except OperationalError as error:
                return type(error.__cause__)
            return None

        with ThreadPoolExecutor(2) as pool:
            crossing = [pool.submit(away, lambda pair=pair: work(*pair)) for pair in ((ACME, BOLT), (BOLT, ACME))]

            assert {each.result(timeout=PATIENCE) for each in crossing} == {None, DeadlockDetected}


@pytest.mark.django_db(transaction=True)
class TestImports:
    COMPANIES = [
        (number, Identity(f"Harbour {number} Logistics", "DE", website=f"h{number}.de")) for number in range(50)
    ]

    def test_keys_of_many_are_stored_while_one_of_them_is_decided(self) -> None:
        with unfinished(lambda: lock_customer(self.COMPANIES[0][1])), impatient():
            matching.index_many("account", self.COMPANIES)

        assert MatchKey.objects.values("record_id").distinct().count() == len(self.COMPANIES)

    def test_keys_of_many_take_one_lock(self) -> None:
        with transaction.atomic():
            matching.index_many("account", self.COMPANIES)
            taken = advisory_locks()
            lock_customer(*(identity for _number, identity in self.COMPANIES))
            control = advisory_locks()

        assert taken == 1
        assert control > len(self.COMPANIES)

    def test_keys_wait_while_all_are_made_anew(self) -> None:
        with unfinished(make_keys_anew), impatient(), pytest.raises(OperationalError) as refused:
            matching.index("account", 1, ACME)

        assert isinstance(refused.value.__cause__, LockNotAvailable)
