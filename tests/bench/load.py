"""The product beside bare Django on one server: a whole installation with a large programme, asked over HTTP."""

import argparse
import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.chaos.clients import registration
from tests.chaos.installation import Installation, children_of, installation, seconds_until
from tests.chaos.shooting import unfinished
from tests.engines.conftest import processes_of
from tests.notices.letterbox import Letterbox

CLIENTS = 4
# Slices of both sides take turns, so that a slow minute of the machine is slow for both.
TURNS = 3
# Seconds in which checks, receipts and mails of what was registered are done: what they take is the product's.
REST = 15
# … and in how many they are at most, when the machine was asked for all it can.
WORKED_OFF = 300
Ask = Callable[[], None]


@dataclass
class Asker:
    """Requests as one person of the programme; anything but the expected status ends the measurement."""

    port: int
    tokens: dict[str, str]

    def get(self, path: str, who: str = "") -> bytes:
        return self._send("GET", path, who, 200)

    def post(self, path: str, who: str, body: dict[str, Any], expected: int) -> bytes:
        return self._send("POST", path, who, expected, json.dumps(body))

    def _send(self, method: str, path: str, who: str, expected: int, body: str | None = None) -> bytes:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        )
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        if answer.status != expected:
            raise AssertionError(f"{method} {path}: {answer.status} {text[:300]!r}")
        return text


def run(given: argparse.Namespace) -> dict[str, Any]:
    filled_by = ["-m", "tests.bench.crowd", str(given.registrations), str(given.organisations)]
    about = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "PRM_WEB_WORKERS": "3"}
    with installation(filled_by, Letterbox(), **about) as house:
        asker = Asker(house.port, house.tokens)
        figures = {"registrations": given.registrations, "organisations": given.organisations}
        figures |= ratios(asker, given.seconds)
        figures |= mixed(asker, house, given.seconds)
        return figures | {"memory_mb": memory(house), "expiry": json.loads(house.run("-m", "tests.bench.expiry"))}


def ratios(asker: Asker, seconds: float) -> dict[str, Any]:
    """Requests a second of the product by those of the bare view: 1 would be as fast."""
    ids = [deal["id"] for deal in json.loads(asker.get("/api/v1/deals", "rep"))["results"]]
    chance = random.Random(1)
    pairs: dict[str, tuple[Ask, Ask]] = {
        "list": (lambda: _(asker.get("/api/v1/deals", "rep")), lambda: _(asker.get("/bare/deals"))),
        "list_of_all": (lambda: _(asker.get("/api/v1/deals", "pam")), lambda: _(asker.get("/bare/all-deals"))),
        "detail": (
            lambda: _(asker.get(f"/api/v1/deals/{chance.choice(ids)}", "rep")),
            lambda: _(asker.get(f"/bare/deals/{chance.choice(ids)}")),
        ),
        "create_and_submit": (lambda: submit_at_once(asker), lambda: _(asker.post("/bare/insert", "", {}, 201))),
        "create_then_submit": (lambda: create_and_submit(asker), lambda: _(asker.post("/bare/insert", "", {}, 201))),
    }
    found: dict[str, Any] = {}
    for name, (product, bare) in pairs.items():
        rates = compared(product, bare, seconds, rest=REST if name.startswith("create") else 0)
        found[name] = {"per_second": round(rates[0]), "bare_per_second": round(rates[1]), "ratio": ratio(*rates)}
    return found


def _(_answer: bytes) -> None:
    """Only that it came counts."""


def ratio(one: float, other: float) -> float:
    return round(one / other, 2)


def create_and_submit(asker: Asker) -> None:
    who = some_rep(asker)
    made = json.loads(asker.post("/api/v1/deals", who, registration(f"bench-{uuid4().hex[:12]}"), 201))
    asker.post(f"/api/v1/deals/{made['id']}/submit", who, {}, 200)


def submit_at_once(asker: Asker) -> None:
    asker.post("/api/v1/deals", some_rep(asker), registration(f"bench-{uuid4().hex[:12]}") | {"submit": True}, 201)


def some_rep(asker: Asker) -> str:
    return random.choice([who for who in asker.tokens if who not in {"rep", "pam"}])


def compared(product: Ask, bare: Ask, seconds: float, *, rest: int) -> tuple[float, float]:
    done = [0.0, 0.0]
    for _turn in range(TURNS):
        for side, ask in enumerate((product, bare)):
            done[side] += rate(ask, seconds / TURNS)
            time.sleep(rest)
    return done[0] / TURNS, done[1] / TURNS


def rate(ask: Ask, seconds: float) -> float:
    """How many a second, asked by CLIENTS without a pause."""
    ends, numbers = time.monotonic() + seconds, count()

    def work() -> None:
        while time.monotonic() < ends:
            ask()
            next(numbers)

    began = time.monotonic()
    in_threads(work)
    return next(numbers) / (time.monotonic() - began)


def in_threads(work: Callable[[], None]) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(work) for _number in range(CLIENTS)]:
            done.result()


def mixed(asker: Asker, house: Installation, seconds: float) -> dict[str, Any]:
    """p99 milliseconds under a mixed load at half of what the server can take, and of the bare list at that rate.

    Neither of both finds work that what came before has left behind.
    """
    ids = [deal["id"] for deal in json.loads(asker.get("/api/v1/deals", "rep"))["results"]]
    chance = random.Random(2)

    def some() -> None:
        kind = chance.random()
        if kind < 0.6:
            asker.get("/api/v1/deals", chance.choice(["rep", "pam"]))
        elif kind < 0.9:
            asker.get(f"/api/v1/deals/{chance.choice(ids)}", "rep")
        else:
            create_and_submit(asker)

    capacity = rate(some, seconds)
    half = capacity / 2
    seconds_until(lambda: not unfinished(house), WORKED_OFF)
    bare = p99(lambda: _(asker.get("/bare/deals")), half, 4 * seconds)
    product = p99(some, half, 4 * seconds)
    figures = {"capacity_per_second": round(capacity), "p99_ms": round(product), "bare_p99_ms": round(bare)}
    return {"mixed": figures | {"times_bare": ratio(product, bare)}}


def p99(ask: Ask, per_second: float, seconds: float) -> float:
    """Arrivals come when they come, whether or not the last was answered; waiting counts."""
    chance, spent, lock = random.Random(3), list[float](), threading.Lock()

    def once(due: float) -> None:
        ask()
        with lock:
            spent.append(1000 * (time.monotonic() - due))

    with ThreadPoolExecutor(8 * CLIENTS) as pool:
        calls = []
        for due in arrivals(chance, per_second, seconds):
            time.sleep(max(0.0, due - time.monotonic()))
            calls.append(pool.submit(once, due))
        for call in calls:
            call.result()
    return sorted(spent)[len(spent) * 99 // 100]


def arrivals(chance: random.Random, per_second: float, seconds: float) -> Iterator[float]:
    due = time.monotonic()
    ends = due + seconds
    while due < ends:
        due += chance.expovariate(per_second)
        yield due


def memory(house: Installation) -> int:
    """Megabytes of all its processes together; what several share is counted once."""
    pids = set(processes_of(house.data))
    while more := set(children_of(pids)) - pids:
        pids |= more
    return round(sum(proportional(pid) for pid in pids) / 1024)


def proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
