"""How fast a description finds the customers it could mean, beside one lookup by primary key."""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from partners.customers.selectors import accounts_like
from partners.models import Account
from prm.matching import Identity
from tests.bench.customers import made_up, sample, write_csv
from tests.bench.imports import imported

ASKED = 500


def run(given: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        imported(write_csv(Path(directory) / "customers.csv", made_up(given.rows)))
    asked = [Identity(name, country, city, website) for _id, name, country, city, website in sample(ASKED, given.rows)]
    keys = list(Account.objects.values_list("pk", flat=True)[:ASKED])
    found = milliseconds([lambda who=who: accounts_like(who) for who in asked])
    plain = milliseconds([lambda key=key: Account.objects.get(pk=key) for key in keys])
    return {
        "accounts": Account.objects.count(),
        "p50_ms": round(found[len(found) // 2], 2),
        "p99_ms": round(found[len(found) * 99 // 100], 2),
        "primary_key_p50_ms": round(plain[len(plain) // 2], 2),
        "times_a_primary_key_lookup": round(found[len(found) // 2] / plain[len(plain) // 2], 1),
    }


def milliseconds(questions: list[Callable[[], object]]) -> list[float]:
    """How long each took, the shortest first."""
    spent = []
    for question in questions:
        started = time.perf_counter()
        question()
        spent.append(1000 * (time.perf_counter() - started))
    return sorted(spent)
