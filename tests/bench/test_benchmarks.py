"""The benchmarks run and say what they promise; how fast they are is nobody's test."""

import argparse
import csv
from pathlib import Path

import pytest
from django.db import connection

from tests.bench import decisions, imports, lists, lookups, matching, submissions, sweeps
from tests.bench.__main__ import benchmarks
from tests.bench.customers import HEADER, made_up, sample, write_csv


@pytest.mark.django_db
def test_import_is_measured_beside_a_plain_copy() -> None:
    figures = imports.run(argparse.Namespace(rows=30, file=None))

    assert figures["rows"] == 30
    assert set(figures) == {
        "rows",
        "rows_per_second",
        "rows_per_second_again",
        "copy_rows_per_second",
        "times_a_plain_copy",
    }
    assert all(figure > 0 for figure in figures.values())


@pytest.mark.django_db
def test_import_of_a_given_file_is_measured(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "given.csv", made_up(7))

    assert imports.run(argparse.Namespace(rows=30, file=file))["rows"] == 7


@pytest.mark.django_db
def test_lookup_is_measured_beside_a_primary_key() -> None:
    figures = lookups.run(argparse.Namespace(rows=30))

    assert figures["accounts"] == 30
    assert figures["p50_ms"] <= figures["p99_ms"]


@pytest.mark.django_db
def test_list_of_known_companies_is_measured() -> None:
    figures = lists.run(argparse.Namespace(rows=30, workers=0))

    assert (figures["accounts"], figures["listed"]) == (30, 30)
    assert figures["known"] > 20
    assert min(figures["rows_per_second"], figures["uploaded_rows_per_second"]) > 0


@pytest.mark.django_db
def test_sweep_ends_every_copy_and_tells_both_sides() -> None:
    figures = sweeps.run(argparse.Namespace(rows=25))

    assert (figures["registrations"], figures["events"], figures["notices"]) == (26, 26, 52)
    assert figures["times_a_bare_update"] > 0


@pytest.mark.django_db
def test_verbs_are_measured_beside_an_empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "ROUNDS", 2)
    figures = decisions.run(argparse.Namespace(rows=20))

    assert figures["others"] == 20
    assert figures["submit_ms"] > 0
    assert figures["approve_ms"] > 0


@pytest.mark.django_db
def test_contested_submission_is_measured_beside_a_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "PAIRS", 2)
    figures = submissions.run(argparse.Namespace(rows=20))

    assert figures["pairs"] == 2
    assert min(figures["contested_ms"], figures["free_ms"], figures["contested_times_free"]) > 0


def test_made_up_customers_are_the_same_in_every_run(tmp_path: Path) -> None:
    assert list(made_up(50)) == list(made_up(50))
    assert sample(10, of=50) == list(made_up(50))[::5]
    with write_csv(tmp_path / "x.csv", made_up(5)).open(encoding="utf-8", newline="") as source:
        assert list(csv.reader(source)) == [HEADER, *made_up(5)]


def test_every_benchmark_has_a_name() -> None:
    assert list(benchmarks())[:2] == ["import_accounts", "accounts_like"]


@pytest.mark.django_db(transaction=True)
def test_matching_is_measured_at_two_sizes_and_leaves_nothing() -> None:
    figures = matching.run(argparse.Namespace(rows=40, file=None, queries=None, records=200))

    assert {"20", "200", "growth_p50", "keyed_per_second_of_a_core"} <= set(figures)
    assert figures["200"]["p50_ms"] <= figures["200"]["p99_ms"]
    assert figures["200"]["keys_per_record"] > 1
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_namespace where nspname = 'matching_bench'")
        assert cursor.fetchone() == (0,)
