"""How long registering a customer takes that a rival holds, beside one that nobody knows."""

import argparse
import time
from typing import Any

from django.test import override_settings

from deals.registrations import actions
from prm.clocks.database import database_now
from tests.bench.decisions import crowd
from tests.factories import make_cast, make_draft
from tests.pairs import hold, pairs

PAIRS = 200


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Each pair in turn, the held one first every second time; medians, and their ratio."""
    cast, couples = make_cast(), pairs(PAIRS)
    crowd(given.rows)
    hold(cast.orbit, cast.products["fleet-cloud"], [held for held, _free in couples])
    spent: dict[str, list[float]] = {"contested": [], "free": []}
    with override_settings(PRM_SUBMISSIONS_PER_DAY=10 * PAIRS):
        for number, (held, free) in enumerate(couples):
            both = [("contested", held), ("free", free)]
            for name, customer in both if number % 2 else reversed(both):
                draft = make_draft(cast.helix, **customer.values)
                started = time.perf_counter()
                actions.submit(registration=draft, by=cast.helix.rep, now=database_now())
                spent[name].append(1000 * (time.perf_counter() - started))
    middle = {name: sorted(times)[len(times) // 2] for name, times in spent.items()}
    return {
        "pairs": len(couples),
        **{f"{name}_ms": round(time_taken, 2) for name, time_taken in middle.items()},
        "contested_times_free": round(middle["contested"] / middle["free"], 3),
    }
