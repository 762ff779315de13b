"""How fast a description finds the companies it could mean, at two sizes in one run, and what the index takes.

Side by side with PostgreSQL's trigram search where that extension is at hand. All happens in a schema of its own.
"""

import argparse
import itertools
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from prm.matching import SOURCES, Identity, matches, normalise
from prm.matching.actions import index_many
from prm.matching.evaluation import QUERY_COLUMNS, REGISTRY_COLUMNS, identity, read
from prm.matching.hashing import stored_keys
from prm.matching.models import MatchKey, MatchRecord
from tests.bench.customers import made_up
from tests.bench.lookups import milliseconds

SOURCE = "bench"
BATCH = 5000
ASKED, ASKED_BY_LETTERS, KEYED = 1000, 30, 10_000
MEGABYTE = 1_000_000
_SCHEMA = "drop schema if exists matching_bench cascade; create schema matching_bench"
_LIMITS = "set search_path to matching_bench, public; set statement_timeout = 0"
_SIZES = "select pg_total_relation_size('matching_matchkey'), pg_total_relation_size('matching_matchrecord')"


def run(given: argparse.Namespace) -> dict[str, Any]:
    if SOURCE not in SOURCES:
        SOURCES.register(SOURCE, "Benchmark")
    known = _known(given)
    asked = _asked(given, known)
    sizes = sorted({max(1, given.records // 10), given.records})
    try:
        _prepare()
        found = {}
        done = 0
        for size in sizes:
            records = itertools.islice(_records(known), done, size)
            found[str(size)] = _measured(records, size - done, size, asked)
            done = size
        small, large = found[str(sizes[0])], found[str(sizes[-1])]
        return {
            **found,
            "growth_p50": round(large["p50_ms"] / small["p50_ms"], 2),
            **_keyed(known),
            **_letters(asked, large),
        }
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop schema if exists matching_bench cascade; reset search_path")


def _known(given: argparse.Namespace) -> list[Identity]:
    if given.file:
        return [identity(row) for row in read(given.file, REGISTRY_COLUMNS)]
    return [Identity(name, country, city, website) for _id, name, country, city, website in made_up(given.rows)]


def _asked(given: argparse.Namespace, known: list[Identity]) -> list[Identity]:
    """Queries of a file, or the known ones with a mistake."""
    if given.queries:
        rows = read(given.queries, QUERY_COLUMNS)
        return [identity(row) for row in rows[:: max(1, len(rows) // ASKED)]]
    some = known[:: max(1, len(known) // ASKED)]
    return [Identity(each.name[:3] + each.name[4:], each.country, each.city) for each in some]


def _records(known: list[Identity]) -> Iterator[Identity]:
    """The known ones, then names made of the beginning of one and the end of another, the same in every run."""
    yield from known
    chance = random.Random(5)
    while True:
        first, second, place = (known[chance.randrange(len(known))] for _ in range(3))
        name = " ".join(first.name.split()[: chance.randint(1, 2)] + second.name.split()[-chance.randint(1, 3) :])
        host = re.sub("[^a-z]", "", name.lower())[: chance.choice((12, 18, 24))]
        suffix = chance.choice((".com", ".de", ".org", ".fr"))
        yield Identity(name, place.country, place.city, host + suffix if chance.random() < 0.7 else "")


def _prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMA)
        cursor.execute(_LIMITS)
    with connection.schema_editor() as editor:
        editor.create_model(MatchKey)
        editor.create_model(MatchRecord)


def _measured(records: Iterator[Identity], more: int, size: int, asked: list[Identity]) -> dict[str, Any]:
    started = time.perf_counter()
    numbered = enumerate(records, size - more + 1)
    while batch := list(itertools.islice(numbered, BATCH)):
        index_many(SOURCE, batch)
    spent = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze matching_matchkey")
        cursor.execute("vacuum analyze matching_matchrecord")
        cursor.execute(_SIZES)
        of_keys, of_records = cursor.fetchone()
    ask: Callable[[Identity], object] = lambda who: matches(who, source=SOURCE, apart=True)  # noqa: E731
    milliseconds([lambda who=who: ask(who) for who in asked[:50]])
    taken = milliseconds([lambda who=who: ask(who) for who in asked])
    return {
        "p50_ms": round(taken[len(taken) // 2], 3),
        "p99_ms": round(taken[len(taken) * 99 // 100], 3),
        "records_per_second": round(more / spent),
        "keys_mb_per_million": round(of_keys / size * 1e6 / MEGABYTE),
        "records_mb_per_million": round(of_records / size * 1e6 / MEGABYTE),
        "keys_per_record": round(MatchKey.objects.count() / size, 2),
    }


def _keyed(known: list[Identity]) -> dict[str, Any]:
    """Records whose normal form and keys are made in a second of one core, without storing them."""
    some = known[:KEYED]
    started = time.process_time()
    for each in some:
        stored_keys(normalise(each))
    spent = time.process_time() - started
    return {"keyed_per_second_of_a_core": round(len(some) / spent)}


def _letters(asked: list[Identity], ours: dict[str, Any]) -> dict[str, Any]:
    """The same questions asked of an index of trigrams over the same names."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_available_extensions where name = 'pg_trgm'")
        if not cursor.fetchone()[0]:
            return {"trigrams": "not available"}
        cursor.execute("create extension if not exists pg_trgm with schema public")
        cursor.execute("create index by_letters on matching_matchrecord using gin ((form::json ->> 0) gin_trgm_ops)")
        cursor.execute("analyze matching_matchrecord")
        question = "select record_id from matching_matchrecord where (form::json ->> 0) %% %s order by"
        question += " similarity(form::json ->> 0, %s) desc limit 10"
        names = [normalise(each).name_key for each in asked[:: max(1, len(asked) // ASKED_BY_LETTERS)]]
        taken = milliseconds([lambda name=name: cursor.execute(question, [name, name]) for name in names])
    middle = taken[len(taken) // 2]
    return {"trigrams_p50_ms": round(middle, 1), "times_as_fast_as_trigrams": round(middle / ours["p50_ms"], 1)}
