"""How long a submission and an approval take with many registrations in line, beside the same with few."""

import argparse
import time
from collections.abc import Callable
from typing import Any

from deals.decisions import actions as decisions
from deals.registrations import actions
from deals.registrations.models import Registration
from prm import matching
from prm.clocks.database import database_now
from tests.bench.customers import made_up
from tests.factories import Cast, make_cast, make_draft

ROUNDS = 40


def run(given: argparse.Namespace) -> dict[str, Any]:
    cast = make_cast()
    few = measured(cast)
    crowd(given.rows)
    many = measured(cast)
    return {
        "others": given.rows,
        **{f"{name}_ms": round(spent, 1) for name, spent in many.items()},
        **{f"{name}_times_an_empty_registry": round(many[name] / few[name], 2) for name in many},
    }


def crowd(count: int) -> None:
    """Keys of as many other registrations: what a submission and an approval look through."""
    found = ((10**9 + n, matching.Identity(row[1], row[2], row[3], row[4])) for n, row in enumerate(made_up(count)))
    matching.index_many("registration", found)


def measured(cast: Cast) -> dict[str, float]:
    """Median milliseconds of each verb."""
    drafts = [make_draft(cast.helix) for _ in range(ROUNDS)]
    submit = median([lambda d=d: actions.submit(registration=d, by=cast.helix.rep, now=database_now()) for d in drafts])
    placed = Registration.objects.filter(pk__in=[draft.pk for draft in drafts])
    approve = median([lambda d=d: decisions.approve(registration=d, by=cast.pam, now=database_now()) for d in placed])
    return {"submit": submit, "approve": approve}


def median(calls: list[Callable[[], object]]) -> float:
    spent = []
    for call in calls:
        started = time.perf_counter()
        call()
        spent.append(1000 * (time.perf_counter() - started))
    return sorted(spent)[len(spent) // 2]
