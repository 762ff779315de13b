"""People who keep working: each request is repeated under its own key until it is acknowledged."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

PATIENCE = 90.0
WORKING = 4


@dataclass
class Promised:
    """What one registration was told: its public id, and the verbs that were acknowledged."""

    external_id: str
    public_id: str = ""
    verbs: list[str] = field(default_factory=list)


@dataclass
class Ledger:
    """What the clients were promised. `answered_at` is when the last of them was (monotonic seconds)."""

    promised: list[Promised] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    answered_at: float = 0.0
    numbers: Iterator[int] = field(default_factory=count)

    def to_end(self) -> list[str]:
        """Public ids of approved registrations whose time has not been moved on yet."""
        return [deal.public_id for deal in self.promised if deal.verbs[-1:] == ["approve"]]


class Unanswered(Exception):
    """Nobody acknowledged a request within PATIENCE."""


class Client:
    def __init__(self, port: int, tokens: dict[str, str], ledger: Ledger) -> None:
        self.port, self.tokens, self.ledger = port, tokens, ledger

    def register(self) -> Promised:
        """A registration from its draft to its approval, each step acknowledged before the next."""
        deal = Promised(external_id=f"chaos-{next(self.ledger.numbers)}-{uuid4().hex[:8]}")
        made = self.call("rep", "/api/v1/deals", registration(deal.external_id))
        deal.public_id = made["id"]
        self.ledger.promised.append(deal)
        for who, verb in (("rep", "submit"), ("pam", "approve")):
            self.call(who, f"/api/v1/deals/{deal.public_id}/{verb}", {})
            deal.verbs.append(verb)
        return deal

    def call(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        key, until = uuid4().hex, time.monotonic() + PATIENCE
        while time.monotonic() < until:
            status, text = self.once(who, path, body, key)
            if status in {200, 201}:
                self.ledger.answered_at = time.monotonic()
                answer: dict[str, Any] = json.loads(text)
                return answer
            self.ledger.failures[str(status)] += 1
            time.sleep(0.2)
        self.ledger.unanswered.append(f"{path}: {status} {text[:300]}")
        raise Unanswered(path)

    def once(self, who: str, path: str, body: dict[str, Any], key: str) -> tuple[int, str]:
        """One try; 0 when there was no answer at all."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json"}
        try:
            line.request("POST", path, json.dumps(body), headers | ({"Idempotency-Key": key} if key else {}))
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)
        finally:
            line.close()


def registration(external_id: str) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "customer": {"name": f"Werk {external_id}", "country": "DE", "website": f"{external_id}.example"},
        "products": ["fleet-cloud"],
        "value": {"amount": "86400.00", "currency": "EUR"},
        "expected_close": (datetime.now(UTC).date() + timedelta(days=100)).isoformat(),
        "motion": "resale",
        "engagement": "independent",
        "work_done": "Found the project and ran two workshops.",
    }


@contextmanager
def at_work(port: int, tokens: dict[str, str], ledger: Ledger) -> Iterator[None]:
    """Several people register without a break; at the end each finishes what it has begun."""
    enough = threading.Event()

    def work() -> None:
        client = Client(port, tokens, ledger)
        while not enough.is_set() and not ledger.unanswered:
            try:
                client.register()
            except Unanswered:
                return

    threads = [threading.Thread(target=work, daemon=True) for _ in range(WORKING)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        enough.set()
        for thread in threads:
            thread.join(timeout=4 * PATIENCE)
