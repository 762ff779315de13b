"""The benchmark of races says what it promises; how fast it is is nobody's test."""

import argparse
import random

import pytest
from django.db import connection

from tests.bench import races
from tests.bench.__main__ import benchmarks

FIGURES = {"per_second", "p50_ms", "p99_ms", "accepted", "lost"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("THREADS", 3), ("CUSTOMERS", 10), ("SEEDS", 2)):
        monkeypatch.setattr(races, name, value)


@pytest.mark.usefixtures("small")
@pytest.mark.django_db(transaction=True)
def test_decisions_are_measured_beside_one_lock_and_none() -> None:
    figures = benchmarks()["races"](argparse.Namespace())

    assert (figures["registrations"], figures["seeds"]) == (80, 2)
    assert {name: set(figures[name]) for name in ("customer", "one_lock_for_all", "no_lock")} == dict.fromkeys(
        ("customer", "one_lock_for_all", "no_lock"), FIGURES
    )
    assert (figures["customer"]["lost"], figures["one_lock_for_all"]["lost"]) == (0, 0)
    assert 20 <= figures["customer"]["accepted"] < 160
    assert [table for table in connection.introspection.table_names() if table.startswith("bench_")] == []


def test_registrations_are_the_same_in_every_run_and_write_each_customer_in_many_ways(small: None) -> None:
    asked = races.registrations(random.Random(1))

    assert [one.identity for one in asked] == [one.identity for one in races.registrations(random.Random(1))]
    assert len(asked) == 10 * races.SPELLINGS
    assert len({one.identity for one in asked}) > 10 * races.SPELLINGS // 2


def test_pairs_that_block_each_other_are_counted(small: None) -> None:
    asked = races.registrations(random.Random(1))
    by_hand = sum(races.blocks(one, other) for place, one in enumerate(asked) for other in asked[:place])

    assert races.blocking_pairs(asked) == by_hand > 0
    assert races.blocking_pairs(asked[:1]) == 0
