"""How fast the sweep ends protections, beside one bare UPDATE of as many rows, and what it leaves behind."""

import argparse
import time
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from deals.protections.actions import expire_due
from deals.registrations.models import Registration
from deals.registrations.states import State
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.factories import make_approved, make_cast

# The columns that make a copy of an approved registration another one.
_COPY = """
    insert into deals_registration ({names})
    select {values} from deals_registration r cross join generate_series(1, %s) n where r.id = %s
"""
_OWN = {
    "public_id": "'deal_bench' || n",
    "reference": "'DR-B' || n",
    "priority_number": "1000000 + n",
    "customer_name": "'Bench ' || n",
}


def run(given: argparse.Namespace) -> dict[str, Any]:
    cast = make_cast()
    first = make_approved(cast.helix)
    multiply(first, given.rows)
    bare = bare_update()
    later = database_now() + timedelta(days=120)
    started = time.perf_counter()
    ended = expire_due(now=later)
    spent = time.perf_counter() - started
    return {
        "registrations": ended,
        "seconds": round(spent, 2),
        "per_second": round(ended / spent),
        "events": Event.objects.filter(kind="deal.expired").count(),
        "notices": Notice.objects.filter(kind="deal.expired").count(),
        "times_a_bare_update": round(spent / bare, 1),
    }


def multiply(registration: Registration, count: int) -> None:
    """As many more like it, written in one statement; the sweep does not care how they came."""
    names = [field.column for field in Registration._meta.local_concrete_fields if field.column != "id"]
    values = [_OWN.get(name, f"r.{name}") for name in names]
    statement = _COPY.format(names=", ".join(names), values=", ".join(values))
    with connection.cursor() as cursor:
        cursor.execute(statement, [count, registration.pk])


def bare_update() -> float:
    """Seconds that the database needs to write one column of all of them."""
    with transaction.atomic():
        started = time.perf_counter()
        Registration.objects.filter(state=State.APPROVED).update(state=State.EXPIRED)
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return spent
