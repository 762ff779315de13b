"""Decisions about the same customers by many threads at once: how many a second, and how many are lost to a race.

What a decision is made of and nothing else: lock, look up, compare, write, in SQL on tables of its own. Side by side
with one lock for all, and with none, which has to lose. Normal forms and keys are there before, as the product has
them stored.
"""

import argparse
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import psycopg
from django.db import connection

from prm.matching import Band, Identity, Normalised, compare, keys, normalise
from prm.matching.locks import lock_numbers
from prm.matching.versions import REKEY

THREADS, CUSTOMERS, SPELLINGS, SEEDS = 8, 300, 8, 10
# What is locked, by the name of the figure.
CUSTOMER, ALL, NOTHING = "customer", "one_lock_for_all", "no_lock"
ONE = "-1"

_TABLES = """
    create unlogged table bench_accepted (record int primary key);
    create unlogged table bench_key (key bigint, record int, primary key (key, record))
"""
# Each of them is sent in one piece, and what waits for a lock is a statement of its own in it.
_LOCK = """
    select pg_advisory_xact_lock_shared({rekey});
    select pg_advisory_xact_lock(number) from unnest('{{{locked}}}'::bigint[]) as number;
"""
_LOOK = "begin; {lock} select distinct record from bench_key where key = any('{{{keys}}}'::bigint[])"
_ACCEPT = """
    insert into bench_accepted values ({record});
    insert into bench_key select key, {record} from unnest('{{{keys}}}'::bigint[]) as key;
    commit
"""


@dataclass(frozen=True)
class Asked:
    """A registration: `numbers` are its locks, which are also the keys that a blocking one shares with it."""

    identity: Identity
    normal: Normalised
    keys: frozenset[int]
    numbers: list[int]


@dataclass
class Seen:
    """Of all seeds: seconds of the clock, of each decision, and pairs that were accepted though they block."""

    clock: float = 0.0
    spent: list[float] = field(default_factory=list)
    accepted: int = 0
    lost: int = 0

    def figures(self) -> dict[str, Any]:
        spent = sorted(self.spent)
        return {
            "per_second": round(len(spent) / self.clock),
            "p50_ms": round(1000 * spent[len(spent) // 2], 2),
            "p99_ms": round(1000 * spent[len(spent) * 99 // 100], 2),
            "accepted": self.accepted,
            "lost": self.lost,
        }


def run(_given: argparse.Namespace) -> dict[str, Any]:
    seen = {CUSTOMER: Seen(), ALL: Seen(), NOTHING: Seen()}
    locks = []
    with connections(THREADS) as lines:
        for seed in range(SEEDS):
            asked = registrations(random.Random(seed))
            locks += [len(one.numbers) for one in asked]
            # In turns, so that a slow minute of the machine is slow for all of them.
            for what, figures in seen.items():
                decide_all(lines, asked, what, figures)
    about = {"threads": THREADS, "customers": CUSTOMERS, "registrations": CUSTOMERS * SPELLINGS, "seeds": SEEDS}
    shown = {what: figures.figures() for what, figures in seen.items()}
    return {**about, "locks_each": round(sum(locks) / len(locks), 1), **shown}


@contextmanager
def connections(count: int) -> Iterator[list[psycopg.Connection[Any]]]:
    """Connections that send BEGIN themselves, to tables that vanish with the block."""
    place = {name: value for name, value in connection.get_connection_params().items() if name in _REACHED_BY}
    lines = [psycopg.connect(**place, autocommit=True) for _ in range(count)]
    send(lines[0], _TABLES)
    try:
        yield lines
    finally:
        lines[0].execute("drop table bench_accepted, bench_key")
        for line in lines:
            line.close()


_REACHED_BY = {"dbname", "user", "password", "host", "port", "options"}


def registrations(chance: random.Random) -> list[Asked]:
    """Each customer as several people type it, in any order."""
    typed = [spelt(chance, number) for number in range(CUSTOMERS) for _ in range(SPELLINGS)]
    chance.shuffle(typed)
    normal = [(identity, normalise(identity)) for identity in typed]
    return [Asked(identity, form, keys(form), lock_numbers(identity)) for identity, form in normal]


_SYLLABLES = (
    "bar",
    "del",
    "fon",
    "gim",
    "hul",
    "jat",
    "kes",
    "lom",
    "nur",
    "pid",
    "rav",
    "sol",
    "tuk",
    "vel",
    "wim",
    "zor",
)
_WORK = """
    spedition apotheke kabelwerk brauerei textil moebel optik verlag druckerei gaertnerei baeckerei molkerei reederei
    werft muehle sanitaer zimmerei pumpen getriebe lacke papier glas ziegel dental
"""
_TRADES = _WORK.title().split()


def spelt(chance: random.Random, number: int) -> Identity:
    """One customer has a name of its own, a trade, a city and a domain; people leave out, turn around and mistype."""
    own = "".join(_SYLLABLES[number // 16**place % 16] for place in range(3)).title()
    trade, city = _TRADES[number % len(_TRADES)], ("Hamburg", "Lyon")[number % 2]
    name = chance.choice([f"{own} {trade}", f"{trade} {own}", f"{own}{trade.lower()}", f"{own}-{trade}".upper()])
    if chance.random() < 0.2:
        at = chance.randrange(1, len(name) - 1)
        name = name[:at] + name[at + 1 :]
    website = chance.choice(["", "", f"{own}.com", f"https://www.{own.lower()}.com/start"])
    form = chance.choice(["", " GmbH", " AG", ", S.A.", " Ltd"])
    return Identity(name + form, "DE", chance.choice([city, city, ""]), website)


def decide_all(lines: list[psycopg.Connection[Any]], asked: list[Asked], what: str, seen: Seen) -> None:
    lines[0].execute("truncate bench_accepted, bench_key")
    together = threading.Barrier(len(lines) + 1)

    def work(number: int) -> list[float]:
        together.wait()
        return [decide(lines[number], asked, record, what) for record in range(number, len(asked), len(lines))]

    with ThreadPoolExecutor(len(lines)) as pool:
        working = [pool.submit(work, number) for number in range(len(lines))]
        together.wait()
        began = time.perf_counter()
        seen.spent += [spent for each in working for spent in each.result()]
        seen.clock += time.perf_counter() - began
    accepted = [asked[record] for (record,) in lines[0].execute("select record from bench_accepted").fetchall()]
    seen.accepted += len(accepted)
    seen.lost += blocking_pairs(accepted)


def decide(line: psycopg.Connection[Any], asked: list[Asked], record: int, what: str) -> float:
    """Seconds from BEGIN to COMMIT. Accepted unless one that was accepted before blocks it."""
    began, one = time.perf_counter(), asked[record]
    numbers = ",".join(map(str, one.numbers))
    lock = _LOCK.format(rekey=REKEY, locked=numbers if what == CUSTOMER else ONE) if what != NOTHING else ""
    found = send(line, _LOOK.format(lock=lock, keys=numbers))
    while found.nextset():
        """The last of the answers is the one that was asked for."""
    blocked = any(blocks(one, asked[other]) for (other,) in found.fetchall())
    send(line, "commit" if blocked else _ACCEPT.format(record=record, keys=numbers))
    return time.perf_counter() - began


def send(line: psycopg.Connection[Any], statements: str) -> psycopg.Cursor[Any]:
    """Numbers of our own alone stand in them."""
    return line.execute(statements.encode())


def blocks(one: Asked, other: Asked) -> bool:
    return compare(one.identity, one.normal, other.normal).band == Band.BLOCK


def blocking_pairs(accepted: list[Asked]) -> int:
    """Pairs that share a key of any kind and block each other; those the decision looked up are some of them."""
    sharing: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(accepted):
        for key in one.keys:
            sharing[key].append(place)
    pairs = {pair for places in sharing.values() for pair in combinations(places, 2)}
    return sum(blocks(accepted[one], accepted[other]) for one, other in pairs)
